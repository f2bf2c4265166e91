//! The OpenID Connect provider, as the command line and the environment name it.

use wire::DisplayName;

use super::mistakes::Mistakes;
use super::parse::Invalid;
use crate::accounts::oidc::{ProviderSettings, issuer};
use crate::secret::Secret;

/// What is asked for beside the ID token, unless the operator says something else.
const SCOPES: &str = "email profile";
/// Claim that most providers put groups into.
const GROUPS_CLAIM: &str = "groups";

/// The variables. None is needed, but those of one provider belong together.
#[derive(clap::Args)]
pub(super) struct OidcArgs {
    /// OpenID Connect provider that people sign in by, such as https://id.example.org/realms/school: exactly as it names
    /// itself, without /.well-known/openid-configuration
    #[arg(long, env = "PARLOUR_OIDC_ISSUER")]
    oidc_issuer: Option<String>,

    /// What Parlour is called at that provider
    #[arg(long, env = "PARLOUR_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,

    /// What Parlour shows that provider; better in the environment than here
    #[arg(long, env = "PARLOUR_OIDC_CLIENT_SECRET", hide_env_values = true)]
    oidc_client_secret: Option<Secret>,

    /// What people call that provider: the button says "Continue with …" [default: the issuer's host]
    #[arg(long, env = "PARLOUR_OIDC_NAME")]
    oidc_name: Option<String>,

    /// What to ask that provider for, separated by spaces; some tell groups only when asked for `groups` [default: email
    /// profile]
    #[arg(long, env = "PARLOUR_OIDC_SCOPES")]
    oidc_scopes: Option<String>,

    /// Claim that holds somebody's groups [default: groups]
    #[arg(long, env = "PARLOUR_OIDC_GROUPS_CLAIM")]
    oidc_groups_claim: Option<String>,

    /// Groups of that provider whose members are administrators, separated by commas; without them administrators say on
    /// their page who is one
    #[arg(long, env = "PARLOUR_OIDC_ADMINISTRATORS")]
    oidc_administrators: Option<String>,

    /// Groups of that provider whose members are teachers, separated by commas
    #[arg(long, env = "PARLOUR_OIDC_TEACHERS")]
    oidc_teachers: Option<String>,

    /// Whether people sign in by that provider only, and by no password: `true` or `false` [default: false]
    #[arg(long, env = "PARLOUR_OIDC_ONLY")]
    oidc_only: Option<String>,
}

impl OidcArgs {
    /// Checks them, together.
    pub(super) fn check(self, mistakes: &mut Mistakes) -> Option<ProviderSettings> {
        let only = mistakes.or_default(self.oidc_only.as_deref().map_or(Ok(false), yes_or_no));
        let client_id = given(self.oidc_client_id);
        let client_secret = self.oidc_client_secret.filter(|secret| !secret.expose().is_empty());
        let (administrators, teachers) = (list(self.oidc_administrators, ','), list(self.oidc_teachers, ','));
        let Some(text) = given(self.oidc_issuer) else {
            let useless = [
                ("CLIENT_ID", client_id.is_some()),
                ("CLIENT_SECRET", client_secret.is_some()),
                ("ADMINISTRATORS", !administrators.is_empty()),
                ("TEACHERS", !teachers.is_empty()),
                ("ONLY", only),
            ];
            if let Some((name, _)) = useless.into_iter().find(|(_, given)| *given) {
                let invalid = Invalid(format!(
                    "PARLOUR_OIDC_ISSUER is not set, but PARLOUR_OIDC_{name} is: set it to the address of your OpenID \
                     Connect provider, or unset the other."
                ));
                mistakes.keep::<()>(Err(invalid));
            }
            return None;
        };
        let issuer = mistakes.keep(issuer(&text).ok_or_else(|| {
            // It may hold a password, so it is not repeated.
            let rule = "must look like https://id.example.org, exactly as the provider names itself; http: only on this \
                        machine";
            Invalid(format!("PARLOUR_OIDC_ISSUER {rule}."))
        }));
        let client = mistakes.keep(client_id.zip(client_secret).ok_or_else(|| {
            let fix = "register Parlour at the provider as a web application, and copy both from there";
            Invalid(format!(
                "PARLOUR_OIDC_CLIENT_ID and PARLOUR_OIDC_CLIENT_SECRET must be set with PARLOUR_OIDC_ISSUER: {fix}."
            ))
        }));
        let typed = given(self.oidc_name).and_then(|text| mistakes.keep(name(&text)));
        let ((client_id, client_secret), issuer) = (client?, issuer?);
        let name = typed.or_else(|| DisplayName::cut(issuer.url().host_str().unwrap_or_default()))?;
        let scopes = given(self.oidc_scopes).unwrap_or_else(|| SCOPES.to_owned());
        let groups_claim = given(self.oidc_groups_claim).unwrap_or_else(|| GROUPS_CLAIM.to_owned());
        Some(ProviderSettings {
            issuer,
            client_id,
            client_secret,
            name,
            scopes: list(Some(scopes), ' '),
            groups_claim,
            administrators,
            teachers,
            only,
        })
    }
}

/// An argument that is nothing is not given.
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn list(text: Option<String>, separator: char) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn name(text: &str) -> Result<DisplayName, Invalid> {
    let rule = "must be a name of at most 64 characters for the button that signs in";
    DisplayName::parse(text).map_err(|_| Invalid(format!("PARLOUR_OIDC_NAME {rule}; it is `{text}`.")))
}

fn yes_or_no(text: &str) -> Result<bool, Invalid> {
    match text.trim() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(Invalid(format!("PARLOUR_OIDC_ONLY must be true or false; it is `{text}`."))),
    }
}
