//! Values of constants, as far as they are needed: integers of 128 bits, fractions of such, floats of 64.

use std::sync::Arc;

use go_syntax::ast::{BinaryOp, UnaryOp};

use crate::ratio::Ratio;

/// A string that is put together is worked out up to this length: there are files in the form of strings, line by line.
const LONGEST: usize = 64 * 1024;

/// What a constant is. What does not fit is [`Value::Unknown`]: the constant has its type, and no value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Of a boolean.
    Bool(bool),
    /// Of an integer or a rune; or of a float that is whole. Of a complex number that has no imaginary part too.
    Int(i128),
    /// Of another float.
    Float(f64),
    /// Of an untyped constant that is no float.
    Ratio(Arc<Ratio>),
    /// Of a string.
    Str(Arc<[u8]>),
    /// Not worked out.
    Unknown,
}

impl Value {
    /// As a length or an index.
    pub fn as_int(&self) -> Option<i128> {
        match *self {
            Value::Int(value) => Some(value),
            Value::Float(value) if value.fract() == 0.0 && value.abs() < 2f64.powi(126) => {
                Some(value as i128)
            }
            _ => None,
        }
    }

    /// As a truth.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// As a float, which may be rounded.
    pub(crate) fn as_float(&self) -> Option<f64> {
        match *self {
            Value::Int(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            Value::Ratio(ref value) => Some(value.to_f64()),
            _ => None,
        }
    }

    /// As a float of 32 bits, which may be rounded.
    pub(crate) fn as_float32(&self) -> Option<f32> {
        match *self {
            Value::Int(value) => Some(value as f32),
            Value::Float(value) => Some(value as f32),
            Value::Ratio(ref value) => Some(value.to_f32()),
            _ => None,
        }
    }

    /// A literal of digits.
    pub fn number(text: &str) -> Value {
        let text = text.replace('_', "");
        let (digits, radix) = match text.as_bytes() {
            [b'0', b'x' | b'X', rest @ ..] if rest.contains(&b'p') || rest.contains(&b'P') => {
                return hex_float(&text[2..]).map_or(Value::Unknown, Value::Float);
            }
            [b'0', b'x' | b'X', ..] => (&text[2..], 16),
            [b'0', b'b' | b'B', ..] => (&text[2..], 2),
            [b'0', b'o' | b'O', ..] => (&text[2..], 8),
            [b'0', _, ..] if text.bytes().all(|byte| byte.is_ascii_digit()) => (&text[1..], 8),
            _ => (&text[..], 10),
        };
        match i128::from_str_radix(digits, radix) {
            Ok(value) => Value::Int(value),
            Err(_) if radix == 10 => {
                decimal(&text).or_else(|| text.parse().ok().map(Value::Float)).unwrap_or(Value::Unknown)
            }
            Err(_) => Value::Unknown,
        }
    }

    /// An operator before a value. `unsigned` is the number of bits of the operand's type, if it is unsigned.
    pub fn unary(&self, op: UnaryOp, unsigned: Option<u32>) -> Value {
        match (op, self) {
            (UnaryOp::Not, Value::Bool(value)) => Value::Bool(!value),
            (UnaryOp::Plus, Value::Int(_) | Value::Float(_) | Value::Ratio(_)) => self.clone(),
            (UnaryOp::Minus, Value::Ratio(_)) => Value::Int(0).binary(BinaryOp::Sub, self, false),
            (UnaryOp::Minus, Value::Int(value)) => value.checked_neg().map_or(Value::Unknown, Value::Int),
            (UnaryOp::Minus, Value::Float(value)) => Value::Float(-value),
            (UnaryOp::Xor, Value::Int(value)) => match unsigned {
                Some(bits) => Value::Int(!value & ((1i128 << bits) - 1)),
                None => Value::Int(!value),
            },
            _ => Value::Unknown,
        }
    }

    /// An operator between two values; `integers` says that both are of an integer type.
    pub fn binary(&self, op: BinaryOp, other: &Value, integers: bool) -> Value {
        if let Some(ordering) = self.compare(op, other) {
            return Value::Bool(ordering);
        }
        match (self, other) {
            (&Value::Bool(a), &Value::Bool(b)) => match op {
                BinaryOp::LAnd => Value::Bool(a && b),
                BinaryOp::LOr => Value::Bool(a || b),
                _ => Value::Unknown,
            },
            (Value::Str(a), Value::Str(b)) if op == BinaryOp::Add => match a.len() + b.len() {
                0..=LONGEST => Value::Str([&**a, &**b].concat().into()),
                _ => Value::Unknown,
            },
            (&Value::Int(a), &Value::Int(b)) if op != BinaryOp::Quo || integers => {
                ints(op, a, b).map_or(Value::Unknown, Value::Int)
            }
            _ => exact(op, self, other).or_else(|| floats(op, self, other)).unwrap_or(Value::Unknown),
        }
    }

    fn compare(&self, op: BinaryOp, other: &Value) -> Option<bool> {
        let ordering = match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Str(a), Value::Str(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Ratio(a), Value::Ratio(b)) if a == b => std::cmp::Ordering::Equal,
            _ => self.as_float()?.partial_cmp(&other.as_float()?)?,
        };
        match op {
            BinaryOp::Eq => Some(ordering.is_eq()),
            BinaryOp::Ne => Some(ordering.is_ne()),
            BinaryOp::Lt => Some(ordering.is_lt()),
            BinaryOp::Le => Some(ordering.is_le()),
            BinaryOp::Gt => Some(ordering.is_gt()),
            BinaryOp::Ge => Some(ordering.is_ge()),
            _ => None,
        }
    }
}

/// `1.8p3`, in hexadecimal digits, with a power of two.
fn hex_float(text: &str) -> Option<f64> {
    let (digits, power) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut power: i32 = power.parse().ok()?;
    let mut mantissa: u64 = 0;
    for (at, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(digit.to_digit(16)?);
        let in_fraction = at >= whole.len();
        if mantissa >> 58 == 0 {
            mantissa = mantissa << 4 | digit;
            power = power.checked_sub(if in_fraction { 4 } else { 0 })?;
        } else if !in_fraction {
            power = power.checked_add(4)?;
        }
    }
    // In two steps: the power alone may be out of reach.
    let half = power / 2;
    Some(mantissa as f64 * 2f64.powi(half) * 2f64.powi(power - half))
}

/// `1.5e3`, if it is not too long.
fn decimal(text: &str) -> Option<Value> {
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let power = power.parse::<i32>().ok()?.checked_sub(fraction.len() as i32)?;
    let num: i128 = [whole, fraction].concat().parse().ok()?;
    let factor = 10i128.checked_pow(power.unsigned_abs())?;
    if power >= 0 { num.checked_mul(factor).map(Value::Int) } else { Ratio::value(num, factor) }
}

fn exact(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    let ((a, b), (c, d)) = (Ratio::parts(left)?, Ratio::parts(right)?);
    match op {
        BinaryOp::Add => Ratio::value(a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?),
        BinaryOp::Sub => Ratio::value(a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?, b.checked_mul(d)?),
        BinaryOp::Mul => Ratio::value(a.checked_mul(c)?, b.checked_mul(d)?),
        BinaryOp::Quo => Ratio::value(a.checked_mul(d)?, b.checked_mul(c)?),
        _ => None,
    }
}

/// What does not fit into fractions is rounded.
fn floats(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    let (a, b) = (left.as_float()?, right.as_float()?);
    let result = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Quo => a / b,
        _ => return None,
    };
    result.is_finite().then_some(Value::Float(result))
}

fn ints(op: BinaryOp, a: i128, b: i128) -> Option<i128> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Quo => a.checked_div(b),
        BinaryOp::Rem => a.checked_rem(b),
        BinaryOp::And => Some(a & b),
        BinaryOp::Or => Some(a | b),
        BinaryOp::Xor => Some(a ^ b),
        BinaryOp::AndNot => Some(a & !b),
        BinaryOp::Shl => u32::try_from(b).ok().filter(|&b| b < 127).and_then(|b| {
            let shifted = a << b;
            (shifted >> b == a).then_some(shifted)
        }),
        BinaryOp::Shr => u32::try_from(b).ok().map(|b| if b > 126 { a >> 126 } else { a >> b }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_go_syntax() {
        assert_eq!(Value::number("1_000"), Value::Int(1000));
        assert_eq!(Value::number("0x_ff"), Value::Int(255));
        assert_eq!(Value::number("017"), Value::Int(15));
        assert_eq!(Value::number("1e3"), Value::Int(1000));
        assert_eq!(Value::number("2.50"), Value::Float(2.5));
        assert_eq!(Value::number("1e300"), Value::Float(1e300));
        assert_eq!(Value::number("0x1p-2"), Value::Float(0.25));
        assert_eq!(Value::number("0x1.8p1"), Value::Float(3.0));
        assert_eq!(Value::number("0x1p-1074"), Value::Float(5e-324));
    }

    #[test]
    fn fractions_are_exact() {
        let year = Value::number("365.2425").binary(BinaryOp::Mul, &Value::number("86400e9"), false);
        assert_eq!(year, Value::Int(31_556_952_000_000_000));
        let third = Value::Int(1).binary(BinaryOp::Quo, &Value::Int(3), false);
        assert_eq!(third.binary(BinaryOp::Mul, &Value::Int(3), false), Value::Int(1));
        assert_eq!(third.as_float(), Some(1.0 / 3.0));
    }

    #[test]
    fn division_depends_on_the_type() {
        let (seven, two) = (Value::Int(7), Value::Int(2));
        assert_eq!(seven.binary(BinaryOp::Quo, &two, true), Value::Int(3));
        assert_eq!(seven.binary(BinaryOp::Quo, &two, false), Value::Float(3.5));
        assert_eq!(seven.binary(BinaryOp::Quo, &Value::Int(0), true), Value::Unknown);
    }
}
