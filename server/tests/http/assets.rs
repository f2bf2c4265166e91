//! Built files: hashed names for ever, brotli for those who take it.

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use server::http::assets::Site;

use super::support::{App, Browser, run};

async fn app() -> App {
    let files = [
        ("manifest.json", "{}"),
        ("robots.txt", "User-agent: *"),
        ("pkg/app.3f.js", "plain"),
        ("pkg/app.3f.js.br", "small"),
        ("pkg/app.3f.wasm", "\0asm"),
    ];
    let site = Site::new(files.map(|(path, text)| (path.to_owned(), Bytes::from_static(text.as_bytes()))));
    App::with(|parts| parts.site = site).await
}

#[test]
fn hashed_files_are_kept_for_ever() {
    run(async {
        let app = app().await;
        for (path, accept, kind, encoding, body) in [
            ("/pkg/app.3f.js", "gzip, br", "text/javascript; charset=utf-8", "br", "small"),
            ("/pkg/app.3f.js", "gzip", "text/javascript; charset=utf-8", "", "plain"),
            ("/pkg/app.3f.wasm", "br", "application/wasm", "", "\0asm"),
        ] {
            let request = Browser::request(Method::GET, path).header("accept-encoding", accept);
            let answer = app.browser().send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("content-type"), kind);
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(answer.header("vary"), "accept-encoding");
            assert_eq!(answer.text(), body);
        }
    });
}

#[test]
fn files_in_the_root_are_files_and_not_meetings() {
    run(async {
        let app = app().await;
        let answer = app.browser().get("/robots.txt").await;
        assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "User-agent: *"));
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        assert_eq!(app.browser().get("/manifest.json").await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.browser().get("/pkg/app.3f.js.br").await.code(), "not_found");
    });
}
