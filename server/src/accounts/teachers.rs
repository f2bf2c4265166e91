//! Whose accounts are teachers': the operator's list of addresses.

use crate::email::Email;

/// Who is a teacher: single addresses, and whole domains (`@school.example`).
#[derive(Clone, Default)]
pub struct Teachers {
    addresses: Vec<Email>,
    domains: Vec<String>,
}

impl Teachers {
    /// Reads a list, separated by commas.
    ///
    /// # Errors
    /// The first entry that is neither.
    pub fn parse(list: &str) -> Result<Self, &str> {
        let mut teachers = Self::default();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match entry.strip_prefix('@') {
                // A domain is what an address could end in.
                Some(domain) if Email::parse(&format!("a@{domain}")).is_some() => {
                    teachers.domains.push(domain.to_lowercase());
                }
                Some(_) => return Err(entry),
                None => teachers.addresses.push(Email::parse(entry).ok_or(entry)?),
            }
        }
        Ok(teachers)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.domains.is_empty()
    }

    /// Whether this is a teacher's address.
    pub fn include(&self, email: &Email) -> bool {
        let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        self.addresses.contains(email) || self.domains.iter().any(|known| known == domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_domains_are_teachers_and_nobody_like_them() {
        let teachers = Teachers::parse("ada@example.org, @Staff.school.example ,").ok().unwrap();
        for (email, teaches) in [
            ("Ada@example.org", true),
            ("eve@example.org", false),
            ("bob@staff.school.example", true),
            ("bob@school.example", false),
            ("bob@evilstaff.school.example", false),
        ] {
            assert_eq!(teachers.include(&Email::parse(email).unwrap()), teaches, "{email}");
        }
        for wrong in ["example.org", "@", "a@b, @ "] {
            assert!(Teachers::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Teachers::parse("").ok().unwrap().is_empty());
    }
}
