//! What makes the released module smaller and no compiler option does.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use walrus::Module;
use walrus::ir::{Instr, InstrLocId, Unreachable};

/// Below this many instructions LLVM may have given one body to functions that have nothing to do with each other.
const LEAST_INSTRUCTIONS: u64 = 24;

/// What every kind of view points to, so that no linker may drop it, and Parlour never calls: hydration of lazily loaded
/// routes and islands, the search for elements that attributes from outside a component would go to, and the list of
/// routes that the server makes for itself.
const UNUSED: [&str; 4] = ["hydrate_async", "hydrate_from_template", "elements", "generate_routes"];

/// Empties Leptos' functions of these names; they are a sixth of the module. Should one ever be called, it traps at once,
/// and `cargo xtask test --release` shows it.
pub(crate) fn drop_unused_views(module: &mut Module) {
    let unused: Vec<_> = module
        .funcs
        .iter_local()
        .filter(|(id, body)| {
            let name = module.funcs.get(*id).name.as_deref().unwrap_or_default();
            is_unused(name) && body.size() >= LEAST_INSTRUCTIONS
        })
        .map(|(id, _)| id)
        .collect();
    for id in unused {
        if let walrus::FunctionKind::Local(body) = &mut module.funcs.get_mut(id).kind {
            let entry = body.entry_block();
            body.block_mut(entry).instrs = vec![(Instr::Unreachable(Unreachable {}), InstrLocId::default())];
        }
    }
    walrus::passes::gc::run(module);
}

/// Whether a function is one of those itself, or its future. What is nested deeper does what other functions do too, and
/// LLVM keeps one copy of it for all.
fn is_unused(name: &str) -> bool {
    let of_leptos = name.contains("tachys") || name.contains("leptos");
    of_leptos
        && UNUSED.iter().any(|function| {
            name.rsplit_once(function).is_some_and(|(path, rest)| {
                let rest = rest.strip_prefix("::{{closure}}").unwrap_or(rest);
                let hashed = |hash: &str| hash.chars().all(|c| c.is_ascii_hexdigit());
                path.ends_with("::") && rest.strip_prefix("::h").is_some_and(hashed)
            })
        })
}

/// Gives every import of the glue a short name: each stands in the module and in the glue, with a hash that does not
/// compress. Answers the short names by the long ones.
pub(crate) fn shorten_imports(module: &mut Module) -> HashMap<String, String> {
    let mut short = HashMap::new();
    for import in module.imports.iter_mut().filter(|import| import.name.starts_with("__wb")) {
        let next = format!("w{}", short.len());
        import.name = short.entry(import.name.clone()).or_insert(next).clone();
    }
    short
}

/// The glue with the short names.
pub(crate) fn rename(script: &str, short: &HashMap<String, String>) -> Result<String> {
    let mut renamed = String::with_capacity(script.len());
    let mut found = 0;
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = script;
    while let Some(start) = rest.find(in_name) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !in_name(c)).unwrap_or(word.len()));
        renamed.push_str(before);
        let replacement = short.get(word).filter(|_| after.starts_with(':') || after.starts_with('('));
        found += usize::from(replacement.is_some());
        renamed.push_str(replacement.map_or(word, String::as_str));
        rest = after;
    }
    renamed.push_str(rest);
    ensure!(found >= short.len(), "{} of {} imports were not found in the glue", short.len() - found, short.len());
    Ok(renamed)
}
