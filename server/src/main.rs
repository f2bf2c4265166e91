//! The `parlour` command.

use std::process::ExitCode;

use server::media::guard;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    // Hidden: `parlour` starts LiveKit through itself, so that LiveKit never outlives it.
    if arguments.next().is_some_and(|word| word == guard::SUBCOMMAND) {
        return guard::run(arguments);
    }
    server::command::main()
}
