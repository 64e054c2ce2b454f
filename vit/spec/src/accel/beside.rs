//! A field that a text has beside another configuration's.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a structure out of a text that has the number `name` beside its fields, and the number into `value`.
///
/// `#[serde(flatten)]` would do so too, but drops unknown fields and the places of errors.
pub(super) struct Beside<'a, I> {
    inner: I,
    name: &'static str,
    value: &'a mut Option<u32>,
    fields: &'static [&'static str],
}

impl<'a, I> Beside<'a, I> {
    /// Of what `inner` reads.
    pub fn new(inner: I, name: &'static str, value: &'a mut Option<u32>) -> Self {
        Self { inner, name, value, fields: &[] }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Beside<'_, D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let within = Beside { inner: visitor, name: self.name, value: self.value, fields };
        self.inner.deserialize_struct(name, fields, within)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Beside<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<V::Value, M::Error> {
        self.inner.visit_map(Beside { inner: map, name: self.name, value: self.value, fields: self.fields })
    }
}

impl<'de, M: MapAccess<'de>> MapAccess<'de> for Beside<'_, M> {
    type Error = M::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, M::Error> {
        while let Some(key) = self.inner.next_key::<String>()? {
            if key != self.name {
                if !self.fields.contains(&key.as_str()) {
                    let known = self.fields.join("`, `");
                    let message = format!("unknown field `{key}`, expected one of `{}`, `{known}`", self.name);
                    return Err(Error::custom(message));
                }
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            if self.value.replace(self.inner.next_value()?).is_some() {
                return Err(Error::duplicate_field(self.name));
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, M::Error> {
        self.inner.next_value_seed(seed)
    }
}
