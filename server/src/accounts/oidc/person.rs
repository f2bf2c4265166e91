//! Somebody as the provider describes them.

use serde_json::{Map, Value};
use wire::DisplayName;

use super::ProviderSettings;
use crate::accounts::Teachers;
use crate::email::Email;

/// Longest subject that the standard allows, in characters.
const SUBJECT_MAX_CHARS: usize = 255;
/// Claims that hold a name, the best first.
const NAMES: [&str; 4] = ["name", "nickname", "preferred_username", "given_name"];
/// What others call somebody of whom the provider tells no name.
const NAMELESS: &str = "Somebody";

/// A set of claims.
pub(super) type Claims = Map<String, Value>;

/// Whom the provider has signed in. No `Debug`: an address is in it.
pub struct Person {
    /// Which of the provider's: never anybody else's.
    pub subject: String,
    /// What others call them.
    pub name: DisplayName,
    /// Their address, as far as the provider knows.
    pub email: Option<Email>,
    /// Whether the provider says that it is theirs.
    pub email_verified: bool,
    /// Their groups.
    pub groups: Vec<String>,
    /// When they have shown the provider who they are, in seconds since 1970, where it says so.
    pub proven_at_s: Option<u64>,
}

/// What somebody may, by what the provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Whether they look after accounts; `None`: the provider does not decide that.
    pub administrator: Option<bool>,
    /// Whether they are a teacher.
    pub teacher: bool,
}

impl Person {
    /// Reads what the ID token and the endpoint for claims say, the better source first. `None` when the subject is none.
    pub(super) fn read(
        subject: &str,
        sources: &[&Claims],
        groups_claim: &str,
        proven_at_s: Option<u64>,
    ) -> Option<Self> {
        if subject.is_empty() || subject.chars().count() > SUBJECT_MAX_CHARS {
            return None;
        }
        let texts = |claim: &'static str| sources.iter().filter_map(move |source| source.get(claim)?.as_str());
        let found = sources.iter().find_map(|source| Some((*source, Email::parse(source.get("email")?.as_str()?)?)));
        let verified = |source: &Claims| match source.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        };
        let email_verified = found.as_ref().is_some_and(|(source, _)| verified(source));
        let name = NAMES.into_iter().flat_map(texts).find_map(DisplayName::cut);
        Some(Self {
            subject: subject.to_owned(),
            name: name.or_else(|| DisplayName::cut(NAMELESS))?,
            email: found.map(|(_, email)| email),
            email_verified,
            groups: sources.iter().filter_map(|source| source.get(groups_claim)).flat_map(words).collect(),
            proven_at_s,
        })
    }

    /// What they may. An address counts as a teacher's only when the provider says that it is theirs.
    pub fn roles(&self, settings: &ProviderSettings, teachers: &Teachers) -> Roles {
        let in_one_of = |groups: &[String]| groups.iter().any(|group| self.groups.contains(group));
        let listed = self.email_verified && self.email.as_ref().is_some_and(|email| teachers.include(email));
        Roles {
            administrator: (!settings.administrators.is_empty()).then(|| in_one_of(&settings.administrators)),
            teacher: listed || in_one_of(&settings.teachers),
        }
    }
}

/// A list of texts, or a single one.
fn words(claim: &Value) -> Vec<String> {
    match claim {
        Value::String(word) => vec![word.clone()],
        Value::Array(words) => words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::accounts::oidc::settings::issuer;
    use crate::secret::Secret;

    fn person(sources: &[Value]) -> Person {
        let sources: Vec<&Claims> = sources.iter().map(|source| source.as_object().unwrap()).collect();
        Person::read("248289761001", &sources, "groups", None).unwrap()
    }

    #[test]
    fn what_is_missing_in_one_source_is_taken_from_the_other() {
        let ada = person(&[
            json!({ "preferred_username": "ada", "groups": "staff" }),
            json!({ "name": "Ada\u{0} Lovelace", "email": "Ada@Example.org", "email_verified": true, "groups": ["staff", 7, "ops"] }),
        ]);
        assert_eq!(ada.name.as_str(), "Ada Lovelace");
        assert!(ada.email.unwrap().as_str() == "ada@example.org" && ada.email_verified);
        assert_eq!(ada.groups, ["staff", "staff", "ops"]);
        let nobody = person(&[json!({ "name": " ", "email": "none", "email_verified": true, "groups": {} })]);
        assert!(nobody.name.as_str() == "Somebody" && nobody.email.is_none() && !nobody.email_verified);
    }

    #[test]
    fn an_address_is_believed_by_the_word_of_the_source_that_tells_it() {
        let sources =
            [json!({ "email": "ada@example.org" }), json!({ "email": "eve@example.org", "email_verified": true })];
        assert!(!person(&sources).email_verified);
        assert!(person(&[json!({ "email": "a@b.org", "email_verified": "true" })]).email_verified);
    }

    #[test]
    fn a_subject_is_there_and_not_without_end() {
        for subject in ["", &"x".repeat(256)] {
            assert!(Person::read(subject, &[], "groups", None).is_none());
        }
    }

    #[test]
    fn roles_follow_from_groups_and_from_addresses_that_are_theirs() {
        let mut settings = ProviderSettings {
            issuer: issuer("https://id.example.org").unwrap(),
            client_id: "parlour".to_owned(),
            client_secret: Secret::new("secret"),
            name: DisplayName::parse("School").unwrap(),
            scopes: Vec::new(),
            groups_claim: "groups".to_owned(),
            administrators: vec!["ops".to_owned()],
            teachers: vec!["staff".to_owned()],
            only: false,
        };
        let teachers = Teachers::parse("@school.example").ok().unwrap();
        for (claims, administrator, teacher) in [
            (json!({ "groups": ["ops"] }), true, false),
            (json!({ "groups": ["Ops", "staff"] }), false, true),
            (json!({ "email": "a@school.example", "email_verified": true }), false, true),
            (json!({ "email": "a@school.example" }), false, false),
        ] {
            let roles = person(std::slice::from_ref(&claims)).roles(&settings, &teachers);
            assert_eq!(roles, Roles { administrator: Some(administrator), teacher }, "{claims}");
        }
        settings.administrators.clear();
        assert_eq!(person(&[json!({ "groups": ["ops"] })]).roles(&settings, &teachers).administrator, None);
    }
}
