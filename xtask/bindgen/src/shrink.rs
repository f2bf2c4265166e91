//! What makes the released module smaller and no compiler option does.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use walrus::Module;
use walrus::ir::{Instr, InstrLocId, Unreachable};

/// What every kind of view points to, so that no linker may drop it, and Parlour never calls: hydration of lazily loaded
/// routes and islands, all that attributes from outside a component would need, and the list of routes that the server
/// makes for itself.
const UNUSED: [&str; 6] = [
    "::hydrate_async",
    "::hydrate_from_template",
    "::elements",
    "::into_any_attr::clone",
    "::into_any_attr::keys",
    "::generate_routes",
];

/// How the names of what calls a closure begin.
const CLOSURE: &str = "wasm_bindgen_";

/// Empties Leptos' functions of these names; they are a sixth of the module. Should one ever be called, it traps at once,
/// and the end-to-end tests show it. Where two functions may share one body, the names have another form, and
/// nothing is emptied.
pub(crate) fn drop_unused_views(module: &mut Module) {
    let unused: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| {
            function.name.as_deref().is_some_and(|name| is_unused(&rustc_demangle::demangle(name).to_string()))
        })
        .map(|f| f.id())
        .collect();
    for id in unused {
        if let walrus::FunctionKind::Local(body) = &mut module.funcs.get_mut(id).kind {
            let entry = body.entry_block();
            body.block_mut(entry).instrs = vec![(Instr::Unreachable(Unreachable {}), InstrLocId::default())];
        }
    }
    walrus::passes::gc::run(module);
}

/// Whether a function is one of those itself, or lies within one: its future, what that is made of.
fn is_unused(name: &str) -> bool {
    let of_leptos = name.contains("tachys") || name.contains("leptos");
    let mut path = without_types(name);
    while let Some((outer, inner)) = path.rsplit_once("::")
        && (inner.is_empty() || inner.starts_with("{closure"))
    {
        path.truncate(outer.len());
    }
    of_leptos && UNUSED.iter().any(|unused| path.ends_with(unused))
}

/// The path alone, without what stands in angle brackets.
fn without_types(name: &str) -> String {
    let mut depth = 0_usize;
    let mut path = String::new();
    let mut before = ' ';
    for c in name.chars() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ if depth == 0 => path.push(c),
            _ => {}
        }
        before = c;
    }
    path
}

/// Takes back what is offered to JavaScript and never used there: streams made in Rust, which Leptos' server functions
/// could answer with.
pub(crate) fn drop_unused_exports(module: &mut Module) {
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains("intounderlying"))
        .map(|export| export.id())
        .collect();
    for id in unused {
        module.exports.delete(id);
    }
    walrus::passes::gc::run(module);
}

/// Gives what the glue imports, and what it calls of a closure, a short name: each stands in the module and in the glue,
/// with a hash that does not compress. Answers the short names by the long ones.
pub(crate) fn shorten_names(module: &mut Module) -> HashMap<String, String> {
    let mut short = HashMap::new();
    for export in module.exports.iter_mut().filter(|export| export.name.starts_with(CLOSURE)) {
        let next = format!("c{}", short.len());
        export.name = short.entry(export.name.clone()).or_insert(next).clone();
    }
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
        // What calls a closure is also handed on by its name.
        let used = word.starts_with(CLOSURE) || after.starts_with(':') || after.starts_with('(');
        let replacement = short.get(word).filter(|_| used);
        found += usize::from(replacement.is_some());
        renamed.push_str(replacement.map_or(word, String::as_str));
        rest = after;
    }
    renamed.push_str(rest);
    ensure!(found >= short.len(), "{} of {} names were not found in the glue", short.len() - found, short.len());
    Ok(renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_within_an_unused_function_is_unused_and_what_only_mentions_it_is_not() {
        let view = "<tachys[1f]::html::element::HtmlElement<fn(A) -> B> as tachys[1f]::view::RenderHtml>";
        let nested = format!("{view}::hydrate_async::{{closure#0}}::{{closure#1}}");
        let erased = format!("<_ as tachys[1f]::view::any_view::IntoAny>::into_any::hydrate_async::<{view}>");
        for unused in [format!("{view}::hydrate_async"), nested.clone(), erased] {
            assert!(is_unused(&unused), "{unused}");
        }
        for used in [
            format!("{view}::hydrate::<true>"),
            format!("core[2e]::ptr::drop_in_place::<{nested}>"),
            "<tachys[1f]::html::element::elements::Div as core[2e]::clone::Clone>::clone".to_owned(),
            "app[3d]::elements".to_owned(),
        ] {
            assert!(!is_unused(&used), "{used}");
        }
    }

    #[test]
    fn what_the_glue_hands_on_is_renamed_like_what_it_calls() {
        let long = "wasm_bindgen_1f___closure";
        let short = HashMap::from([(long.to_owned(), "c0".to_owned()), ("__wbg_a_2e".to_owned(), "w1".to_owned())]);
        let script =
            format!("__wbg_a_2e: (a) => make(a, {long}),\nfunction {long}(a) {{ wasm.{long}(a, '__wbg_a_2e'); }}");
        let renamed = rename(&script, &short).unwrap();
        assert_eq!(renamed, "w1: (a) => make(a, c0),\nfunction c0(a) { wasm.c0(a, '__wbg_a_2e'); }");
    }
}
