//! What is done in a meeting and what is written down of it are stored together, or not at all.

use super::permissions::{Scene, Who, deeds};
use super::support::{App, on_postgres, run};

impl App {
    /// Has the database refuse whatever would change a table; or take it again.
    async fn refuse(&self, table: &str, refused: bool) {
        let statements = match (on_postgres(), refused) {
            (true, true) => vec![format!("ALTER TABLE {table} ADD CONSTRAINT refused CHECK (false) NOT VALID")],
            (true, false) => vec![format!("ALTER TABLE {table} DROP CONSTRAINT refused")],
            (false, true) => ["INSERT", "UPDATE"]
                .map(|change| {
                    format!(
                        "CREATE TRIGGER refused_{change} BEFORE {change} ON {table}
                         BEGIN SELECT RAISE(ABORT, 'refused'); END"
                    )
                })
                .to_vec(),
            (false, false) => ["INSERT", "UPDATE"].map(|change| format!("DROP TRIGGER refused_{change}")).to_vec(),
        };
        for statement in statements {
            self.sql(&statement).await;
        }
    }
}

#[test]
fn nothing_is_done_that_is_not_written_down_and_nothing_is_written_down_that_is_not_done() {
    run(async {
        let mut scene = Scene::new(Who::Maker, &[]).await;
        let mut deeds = deeds(&scene);
        deeds.retain(|(what, ..)| *what != "delete the room");
        for (table, at_least) in [("audit", 40), ("rooms", 20), ("admissions", 15), ("messages", 3)] {
            scene.app.refuse(table, true).await;
            let mut failed = 0;
            for (what, _, ask) in &deeds {
                let before = scene.everything().await;
                if ask.send(&mut scene.actor).await.status.is_server_error() {
                    assert_eq!(scene.everything().await, before, "{what}, without {table}");
                    failed += 1;
                }
            }
            assert!(failed >= at_least, "without {table}: {failed}");
            scene.app.refuse(table, false).await;
        }
    });
}
