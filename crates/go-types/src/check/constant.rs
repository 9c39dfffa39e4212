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
        other => represented(other, to),
    }
}

/// A number as a type can hold it.
pub(super) fn represented(value: Value, to: Basic) -> Value {
    let float = |float: Option<f64>| match float {
        Some(float) if float.fract() == 0.0 && float.abs() < 2f64.powi(53) => Value::Int(float as i128),
        Some(float) => Value::Float(float),
        None => Value::Unknown,
    };
    match (to, &value) {
        _ if to.is_integer() => value.as_int().map_or(Value::Unknown, Value::Int),
        (Basic::Float32 | Basic::Complex64, Value::Int(_) | Value::Float(_) | Value::Ratio(_)) => {
            float(value.as_float32().map(f64::from))
        }
        (Basic::Float64 | Basic::Complex128, Value::Int(_) | Value::Ratio(_)) => float(value.as_float()),
        _ => value,
    }
}
