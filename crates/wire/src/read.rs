//! Reading by way of [`Value`]. A derived reader is a few kilobytes of WebAssembly for each type; these share one that
//! reads any JSON, and pick from it.

use serde_json::Value;

/// What can be picked from JSON.
pub(crate) trait Read: Sized {
    /// `None` when it is something else.
    fn read(told: &Value) -> Option<Self>;
}

impl Read for String {
    fn read(told: &Value) -> Option<Self> {
        told.as_str().map(str::to_owned)
    }
}

impl Read for u64 {
    fn read(told: &Value) -> Option<Self> {
        told.as_u64()
    }
}

impl Read for bool {
    fn read(told: &Value) -> Option<Self> {
        told.as_bool()
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(told: &Value) -> Option<Self> {
        told.as_array()?.iter().map(T::read).collect()
    }
}

impl<T: Read> Read for Option<T> {
    fn read(told: &Value) -> Option<Self> {
        if told.is_null() { Some(None) } else { T::read(told).map(Some) }
    }
}

/// A member of an object; one that is missing is null.
pub(crate) fn member<T: Read>(told: &Value, name: &str) -> Option<T> {
    T::read(told.get(name).unwrap_or(&Value::Null))
}

/// `Deserialize` for types that implement [`Read`].
macro_rules! deserialize_by_value {
    ($($type:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let told = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::read::Read>::read(&told)
                    .ok_or_else(|| serde::de::Error::custom(concat!("not a ", stringify!($type))))
            }
        }
    )+};
}

pub(crate) use deserialize_by_value;
