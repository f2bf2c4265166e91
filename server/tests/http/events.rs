//! What the server tells by itself: `/api/events`.

use rustix::process::{Pid, Signal, kill_process};

use super::support::{ALIVE, App, Events, Livekit, media_ports, program_of, run};

const UP: &str = "retry: 500\nevent: livekit\ndata: up\n\n";
const ANEW: &str = "retry: 500\nevent: livekit\ndata: anew\n\n";
const DOWN: &str = "retry: 500\nevent: livekit\ndata: down\n\n";

#[test]
fn a_stream_with_nothing_to_tell_says_that_it_is_alive() {
    run(async {
        let app = App::new().await;
        let mut events = Events::open(&app, &app.browser(), "/api/events").await;
        let mut signs_of_life = 0;
        while signs_of_life < 2 {
            let event = events.next_of_all().await.unwrap();
            assert!(event.starts_with("retry: ") || event == ALIVE, "pages hear of no comments: {event}");
            signs_of_life += u32::from(event == ALIVE);
        }
    });
}

#[test]
fn everybody_hears_when_livekit_is_gone_and_when_it_is_back() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut early = Events::open(&app, &app.browser(), "/api/events").await;
        assert_eq!(early.next().await.unwrap(), UP, "how it is now");

        let process = Pid::from_raw(program_of(livekit.data.path())).unwrap();
        kill_process(process, Signal::STOP).unwrap();
        assert_eq!(early.next().await.unwrap(), DOWN, "it hangs");
        kill_process(process, Signal::CONT).unwrap();
        assert_eq!(early.next().await.unwrap(), UP);

        kill_process(process, Signal::KILL).unwrap();
        let mut told = early.next().await.unwrap();
        if told == DOWN {
            told = early.next().await.unwrap(); // unless it was back before anybody could be told
        }
        assert_eq!(told, ANEW);
        assert_eq!(
            Events::open(&app, &app.browser(), "/api/events").await.next().await.unwrap(),
            UP,
            "who comes now has known no other"
        );

        livekit.managed.stop().await;
        assert_eq!(early.next().await.unwrap(), DOWN, "it is not there");
        let mut late = Events::open(&app, &app.browser(), "/api/events").await;
        assert_eq!(late.next().await.unwrap(), DOWN, "who comes now hears it too");

        app.state.shutdown.cancel();
        assert_eq!((early.next().await, late.next().await), (None, None), "no stream keeps Parlour from stopping");
    });
}
