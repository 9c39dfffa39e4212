//! Constants that change their type.

use crate::types::Basic;
use crate::value::Value;

/// A constant's value as one of another type.
pub(super) fn converted(value: Value, to: Basic) -> Value {
    match value {
        Value::Int(code) if to.is_string() => {
            let letter = u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
            Value::Str(letter.to_string().as_bytes().into())
        }
        Value::Float(float) if to.is_integer() => {
            Value::Float(float).as_int().map_or(Value::Unknown, Value::Int)
        }
        Value::Float(float) if to == Basic::Float32 => Value::Float((float as f32).into()),
        other => other,
    }
}
