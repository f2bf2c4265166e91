//! What kind of browser this is, for guides that name its buttons, and whether it can hold a call.

use call::{Browser, Obstacle, Platform};

use crate::capture::media_devices;

/// Apps whose built-in browser has no camera or asks for it in vain, by what they add to the user
/// agent. The more special comes first: Messenger also carries Facebook's mark.
const IN_APP: [(&str, &str); 16] = [
    ("Instagram", "Instagram"),
    ("MessengerForiOS", "Messenger"),
    ("FB_IAB/MESSENGER", "Messenger"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FB_IAB/", "Facebook"),
    (" Line/", "LINE"),
    ("MicroMessenger/", "WeChat"),
    ("BytedanceWebview", "TikTok"),
    ("musical_ly", "TikTok"),
    ("TikTok", "TikTok"),
    ("Snapchat/", "Snapchat"),
    ("KAKAOTALK", "KakaoTalk"),
    ("LinkedInApp", "LinkedIn"),
    ("Pinterest/", "Pinterest"),
    ("Barcelona ", "Threads"),
];

/// Marks of browsers; nearly all carry those of others too, so the order decides.
const BROWSERS: [(&str, Browser); 12] = [
    ("SamsungBrowser/", Browser::Samsung),
    ("EdgiOS/", Browser::Edge),
    ("EdgA/", Browser::Edge),
    ("Edg/", Browser::Edge),
    ("OPR/", Browser::Other),
    ("FxiOS/", Browser::Firefox),
    ("Firefox/", Browser::Firefox),
    ("CriOS/", Browser::Chrome),
    ("Chromium/", Browser::Chrome),
    ("Chrome/", Browser::Chrome),
    ("GSA/", Browser::Other),
    ("Safari/", Browser::Safari),
];

/// Marks of systems, in the order that decides: Android's browsers also say Linux.
const PLATFORMS: [(&str, Platform); 7] = [
    ("iPhone", Platform::Ios),
    ("iPad", Platform::Ios),
    ("Android", Platform::Android),
    ("Windows", Platform::Windows),
    ("Macintosh", Platform::Mac),
    ("CrOS", Platform::Other),
    ("Linux", Platform::Linux),
];

/// Why this browser, at this address, cannot hold a call; `None` when it can.
#[must_use]
pub fn obstacle() -> Option<Obstacle> {
    let window = web_sys::window()?;
    if !window.is_secure_context() {
        return Some(Obstacle::Insecure);
    }
    if let Some(app) = find(&IN_APP, &user_agent()) {
        return Some(Obstacle::InApp(app));
    }
    let connects = js_sys::Reflect::has(&window, &"RTCPeerConnection".into()).unwrap_or_default();
    (!connects || media_devices().is_none()).then_some(Obstacle::NoWebRtc)
}

/// Whose browser this is.
#[must_use]
pub fn browser() -> Browser {
    find(&BROWSERS, &user_agent()).unwrap_or(Browser::Other)
}

/// The system it runs on.
#[must_use]
pub fn platform() -> Platform {
    let touch_points = web_sys::window().map_or(0, |window| window.navigator().max_touch_points());
    platform_of(&user_agent(), touch_points)
}

/// An iPad calls itself a Macintosh, but no Macintosh can be touched.
fn platform_of(user_agent: &str, touch_points: i32) -> Platform {
    match find(&PLATFORMS, user_agent) {
        Some(Platform::Mac) if touch_points > 1 => Platform::Ios,
        found => found.unwrap_or(Platform::Other),
    }
}

fn find<T: Copy>(marks: &[(&str, T)], user_agent: &str) -> Option<T> {
    marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, found)| *found)
}

fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// Whether the browser can share a screen; most phones cannot.
#[must_use]
pub fn screen_share_supported() -> bool {
    media_devices().is_some_and(|devices| js_sys::Reflect::has(&devices, &"getDisplayMedia".into()).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHROME_LINUX: &str =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    const SAFARI_MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    const EDGE_WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
    const FIREFOX_ANDROID: &str = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
    const SAMSUNG: &str = "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36";
    const CHROME_IOS: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1";

    #[test]
    fn browsers_and_systems_are_told_apart() {
        for (user_agent, browser, platform) in [
            (CHROME_LINUX, Browser::Chrome, Platform::Linux),
            (SAFARI_MAC, Browser::Safari, Platform::Mac),
            (EDGE_WINDOWS, Browser::Edge, Platform::Windows),
            (FIREFOX_ANDROID, Browser::Firefox, Platform::Android),
            (SAMSUNG, Browser::Samsung, Platform::Android),
            (CHROME_IOS, Browser::Chrome, Platform::Ios),
        ] {
            assert_eq!(find(&BROWSERS, user_agent), Some(browser), "{user_agent}");
            assert_eq!(platform_of(user_agent, 0), platform, "{user_agent}");
            assert_eq!(find(&IN_APP, user_agent), None, "{user_agent}");
        }
        assert_eq!(find(&BROWSERS, "curl/8"), None);
        assert_eq!(platform_of("curl/8", 0), Platform::Other);
    }

    #[test]
    fn an_ipad_is_no_macintosh() {
        assert_eq!(platform_of(SAFARI_MAC, 5), Platform::Ios);
    }

    #[test]
    fn apps_are_named() {
        for (mark, app) in [
            ("[FBAN/FBIOS;FBAV/450.0.0.0]", "Facebook"),
            ("[FB_IAB/FB4A;FBAV/450.0.0.0]", "Facebook"),
            ("[FBAN/MessengerForiOS;FBAV/450.0.0.0]", "Messenger"),
            ("[FB_IAB/MESSENGER;FBAV/450.0.0.0]", "Messenger"),
            ("Instagram 300.0.0.0 (iPhone14,5)", "Instagram"),
            ("Safari Line/14.0.0", "LINE"),
            ("MicroMessenger/8.0.40", "WeChat"),
            ("trill_330000 BytedanceWebview/d8a21c6", "TikTok"),
            ("Snapchat/12.50", "Snapchat"),
        ] {
            assert_eq!(find(&IN_APP, &format!("{CHROME_IOS} {mark}")), Some(app), "{mark}");
        }
    }
}
