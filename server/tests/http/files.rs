//! Files in the chat: what they become, who gets them, how many there may be, and that they go with their messages.

use std::fs;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::store::Quotas;

use super::support::{Answer, App, Browser, run};

const SECRET: &[u8] = b"60.1695 N, 24.9354 E";

pub(crate) async fn send(browser: &mut Browser, room: &str, id: &str, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/api/rooms/{room}/files?id={id}&name={name}");
    browser.post_raw(&path, "application/octet-stream", bytes.to_vec()).await
}

async fn get(browser: &mut Browser, room: &str, message: &Value) -> Answer {
    browser.get(&format!("/api/rooms/{room}/files/{}", message["file"]["id"].as_str().unwrap())).await
}

/// How many files are on the disk.
fn on_disk(app: &App) -> usize {
    fs::read_dir(app.data.path().join("files")).unwrap().count()
}

/// A photograph as far as its parts go, with where it was taken.
fn photograph() -> Vec<u8> {
    let place = [&[0xFF, 0xFE, 0, 22], SECRET].concat();
    [b"\xFF\xD8\xFF\xE0\0\x07JFIF\0".as_slice(), &place, b"\xFF\xDA\0\x02pixels\xFF\xD9"].concat()
}

#[test]
fn a_picture_is_shown_without_where_it_was_taken_to_those_inside() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob, mut eve) = (app.browser(), app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        let sent = send(&mut ada, &room, "message-1", "..%2Fa%20%22b%22.jpg", &photograph()).await;
        assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        let message = sent.json();
        assert_eq!((&message["text"], &message["file"]["name"]), (&json!("a \"b\".jpg"), &json!("a \"b\".jpg")));
        assert_eq!(message["file"]["picture"], true);
        let again = send(&mut ada, &room, "message-1", "other.jpg", &photograph()).await;
        assert_eq!((again.json(), on_disk(&app)), (message.clone(), 1), "a retry is the same message");

        let read = bob.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!(read["messages"][0], message);
        let picture = get(&mut bob, &room, &message).await;
        assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/jpeg"));
        assert_eq!(picture.header("content-disposition"), "inline; filename*=UTF-8''a%20%22b%22.jpg");
        assert_eq!(&picture.body[..], b"\xFF\xD8\xFF\xE0\0\x07JFIF\0\xFF\xDA\0\x02pixels\xFF\xD9");
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(picture.header(header), value);
        }

        let strange = get(&mut eve, &room, &message).await;
        assert_eq!((strange.status, strange.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        let elsewhere = eve.new_meeting().await;
        eve.join(&elsewhere, "Eve").await;
        assert_eq!(get(&mut eve, &elsewhere, &message).await.status, StatusCode::NOT_FOUND);
        let refused = send(&mut eve, &room, "message-9", "x", b"x").await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        for id in ["..%2F..%2Fkeys", "0123456789abcdef0123456789abcdef"] {
            assert_eq!(bob.get(&format!("/api/rooms/{room}/files/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
        }
    });
}

/// A box of a HEIC or an AVIF.
fn part(name: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, &content].concat()
}

/// A picture and its Exif, of a kind of HEIF.
fn heif(brand: &[u8; 4], codec: &[u8; 4], exif: &[u8]) -> Vec<u8> {
    let data = part(b"mdat", &[b"pixels", exif]);
    let item = |id: u8, kind: &[u8; 4]| part(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, b"\0"]);
    let place = |id: u8, at: u8, length: u8| [0, id, 0, 0, 0, 1, 0, 0, 0, at, 0, 0, 0, length];
    let about = [
        part(b"iinf", &[&[0; 4], &[0, 2], &item(1, codec), &item(2, b"Exif")]),
        part(b"iloc", &[&[0, 0, 0, 0, 0x44, 0, 0, 2], &place(1, 28, 6), &place(2, 34, exif.len().try_into().unwrap())]),
    ];
    [part(b"ftyp", &[brand, &[0; 4], b"mif1"]), data, part(b"meta", &[&[0; 4], &about.concat()])].concat()
}

/// A picture, its size, who took it and where.
fn tiff(place: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: usize, value: u32| {
        let count = u32::try_from(count).unwrap();
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let at = u32::try_from(14 + place.len()).unwrap();
    let lists = [
        &b"\x04\0"[..],
        &entry(273, 4, 1, 8),
        &entry(274, 3, 1, 6),
        &entry(279, 4, 1, 6),
        &entry(315, 2, place.len(), 14),
        &[0; 4],
    ];
    [&b"II\x2A\0"[..], &at.to_le_bytes(), b"pixels", place, &lists.concat()].concat()
}

#[test]
fn what_is_kept_of_a_photograph_does_not_say_where_it_was_taken() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for (name, whole) in [
            ("a.heic", heif(b"heic", b"hvc1", SECRET)),
            ("a.avif", heif(b"avif", b"av01", SECRET)),
            ("a.tif", tiff(SECRET)),
        ] {
            let message =
                send(&mut ada, &room, &format!("message-{name}").replace('.', "-"), name, &whole).await.json();
            assert_eq!(message["file"]["picture"], false, "browsers show few of them");
            let answer = get(&mut ada, &room, &message).await;
            assert_eq!(answer.header("content-type"), "application/octet-stream");
            assert!(answer.header("content-disposition").starts_with("attachment; "), "{answer:?}");
            let kept = &answer.body[..];
            assert_eq!(kept.len(), whole.len());
            let place = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).position(|found| found == part);
            assert_eq!(place(kept, b"pixels"), place(&whole, b"pixels"));
            assert_eq!((place(kept, SECRET), place(&whole, SECRET).is_some()), (None, true), "{name}");
        }
        for (name, cut) in [("a.heic", &heif(b"heic", b"hvc1", SECRET)[..60]), ("a.tif", &tiff(SECRET)[..40])] {
            assert_eq!(send(&mut ada, &room, "message-0", name, cut).await.code(), "invalid_file", "{name}");
        }
    });
}

#[test]
fn what_a_browser_might_run_is_only_to_be_kept() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let script = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for (n, (name, bytes)) in [
            ("a.svg", script.to_owned()),
            ("a.png", script.to_owned()),
            ("a.html", format!("<!DOCTYPE html>{script}")),
            ("a.svg", format!("<?xml version=\"1.0\"?>{script}")),
            ("a.txt", "hello".to_owned()),
        ]
        .into_iter()
        .enumerate()
        {
            let message = send(&mut ada, &room, &format!("message-{n}"), name, bytes.as_bytes()).await.json();
            assert_eq!(message["file"]["picture"], false);
            let answer = get(&mut ada, &room, &message).await;
            assert_eq!(answer.header("content-type"), "application/octet-stream");
            assert!(answer.header("content-disposition").starts_with("attachment; "), "{answer:?}");
            assert!(answer.header("content-security-policy").ends_with("; sandbox"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.text(), bytes);
        }
    });
}

#[test]
fn there_may_be_so_much_and_no_more() {
    run(async {
        let app = App::with_quotas(Quotas { file: 100, person: 150, room: 250, server: 300 }).await;
        let (mut ada, mut bob, mut eve) = (app.browser(), app.browser(), app.browser());
        let room = ada.new_meeting().await;
        for (browser, name) in [(&mut ada, "Ada"), (&mut bob, "Bob"), (&mut eve, "Eve")] {
            browser.join(&room, name).await;
        }
        for (bytes, code) in
            [(&[b'x'; 101][..], "file_too_large"), (b"", "invalid_file"), (b"\xFF\xD8\xFF", "invalid_file")]
        {
            assert_eq!(send(&mut ada, &room, "message-0", "x", bytes).await.code(), code);
        }
        let told = Browser::request(Method::POST, &format!("/api/rooms/{room}/files?id=message-0&name=x"))
            .header("content-length", "101")
            .body(Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>()))
            .unwrap();
        assert_eq!(ada.send(told).await.code(), "file_too_large", "before it is sent");
        let first = send(&mut ada, &room, "message-1", "x", &[b'x'; 100]).await.json();
        assert_eq!(send(&mut ada, &room, "message-2", "x", &[b'x'; 51]).await.code(), "files_full", "hers");
        assert_eq!(send(&mut bob, &room, "message-3", "x", &[b'x'; 100]).await.status, StatusCode::OK);
        assert_eq!(send(&mut eve, &room, "message-4", "x", &[b'x'; 51]).await.code(), "files_full", "the meeting's");
        let other = eve.new_meeting().await;
        eve.join(&other, "Eve").await;
        assert_eq!(send(&mut eve, &other, "message-5", "x", &[b'x'; 100]).await.status, StatusCode::OK);
        assert_eq!(send(&mut eve, &other, "message-6", "x", b"x").await.code(), "files_full", "Parlour's");
        assert_eq!(on_disk(&app), 3);

        let delete = json!({ "room": room, "what": { "delete": first["place"] } });
        assert_eq!(ada.call("change_chat", &delete).await.status, StatusCode::OK);
        assert_eq!(get(&mut ada, &room, &first).await.status, StatusCode::NOT_FOUND, "at once");
        app.state.meetings.forget_chat(true).await.unwrap();
        assert_eq!(on_disk(&app), 2);
        assert_eq!(send(&mut eve, &other, "message-6", "x", b"x").await.status, StatusCode::OK, "there is space again");
        assert_eq!(ada.form(&format!("/{room}/chat/delete"), &[]).await.status, StatusCode::SEE_OTHER);
        app.state.meetings.forget_chat(true).await.unwrap();
        assert_eq!(on_disk(&app), 2, "the other meeting's");
    });
}

#[test]
fn a_file_from_another_sites_page_is_refused() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let request = Browser::request(Method::POST, &format!("/api/rooms/{room}/files?id=message-1&name=x"))
            .header("sec-fetch-site", "cross-site")
            .body(Body::from("x"))
            .unwrap();
        assert_eq!(ada.send(request).await.code(), "cross_site");
        assert_eq!(on_disk(&app), 0);
    });
}
