//! Fractions: constants are exact until they get a type.

use std::sync::Arc;

use crate::value::Value;

/// A fraction that no float is equal to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ratio {
    num: i128,
    /// More than 1, and without a factor that `num` has too.
    den: i128,
}

/// Bits of a quotient that are worked out: more than any float has.
const BITS: u32 = 66;

impl Ratio {
    /// The number `num / den` in the simplest way: as an integer, as a float that is equal to it, or as a fraction. None if it
    /// is too large for these.
    pub(crate) fn value(num: i128, den: i128) -> Option<Value> {
        let (mut num, mut den) = (num, den);
        if den < 0 {
            (num, den) = (num.checked_neg()?, den.checked_neg()?);
        }
        let common = i128::try_from(gcd(num.unsigned_abs(), den.unsigned_abs())).ok()?;
        if common == 0 || den == 0 {
            return None;
        }
        let ratio = Ratio { num: num / common, den: den / common };
        Some(match ratio {
            Ratio { num, den: 1 } => Value::Int(num),
            Ratio { num, den } if den.count_ones() == 1 && num.unsigned_abs() < 1 << 53 => {
                Value::Float(ratio.to_f64())
            }
            _ => Value::Ratio(Arc::new(ratio)),
        })
    }

    /// Numerator and denominator of a number.
    pub(crate) fn parts(value: &Value) -> Option<(i128, i128)> {
        match *value {
            Value::Int(value) => Some((value, 1)),
            Value::Ratio(ref ratio) => Some((ratio.num, ratio.den)),
            Value::Float(value) => {
                let bits = value.abs().to_bits();
                let power = (bits >> 52) as i32;
                if power == 0 || power == 0x7ff {
                    return (value == 0.0).then_some((0, 1));
                }
                let mantissa = (bits & ((1 << 52) - 1) | 1 << 52) as i128;
                let zeros = mantissa.trailing_zeros();
                let mantissa = mantissa >> zeros;
                let power = power - 1075 + zeros as i32;
                let (num, den) = match power {
                    0..=73 => (mantissa << power, 1),
                    -126..0 => (mantissa, 1 << -power),
                    _ => return None,
                };
                Some((if value < 0.0 { -num } else { num }, den))
            }
            _ => None,
        }
    }

    /// The nearest `float64`.
    pub fn to_f64(self) -> f64 {
        let (quotient, power) = self.quotient();
        self.signed(quotient as f64 * 2f64.powi(power))
    }

    /// The nearest `float32`.
    pub fn to_f32(self) -> f32 {
        let (quotient, power) = self.quotient();
        self.signed(f64::from(quotient as f32) * 2f64.powi(power)) as f32
    }

    fn signed(self, value: f64) -> f64 {
        if self.num < 0 { -value } else { value }
    }

    /// Enough bits of the quotient, of which the last says whether there are more, and the power of two that it is times.
    fn quotient(self) -> (u128, i32) {
        let (num, den) = (self.num.unsigned_abs(), self.den.unsigned_abs());
        let (mut quotient, mut rest, mut power) = (num / den, num % den, 0);
        while u128::BITS - quotient.leading_zeros() < BITS && rest != 0 {
            rest <<= 1;
            quotient = quotient << 1 | u128::from(rest >= den);
            rest -= if rest >= den { den } else { 0 };
            power -= 1;
        }
        (quotient | u128::from(rest != 0), power)
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simplest_way() {
        assert_eq!(Ratio::value(6, 3), Some(Value::Int(2)));
        assert_eq!(Ratio::value(3, -6), Some(Value::Float(-0.5)));
        assert_eq!(Ratio::value(2, 6), Some(Value::Ratio(Arc::new(Ratio { num: 1, den: 3 }))));
        assert_eq!(Ratio::value(1, 0), None);
        assert_eq!(Ratio::value(i128::MIN, -1), None);
    }

    #[test]
    fn rounds_once() {
        let third = Ratio { num: 1, den: 3 };
        assert_eq!((third.to_f64(), third.to_f32()), (1.0 / 3.0, 1.0 / 3.0));
        // By way of a float64 it would come to the even neighbour.
        let near = Ratio { num: 9_000_000_000_i128 * 10_000_000 + 1, den: 10_000_000 };
        assert_eq!(near.to_f32(), 9_000_000_512.0);
        assert_eq!((near.to_f64() as f32), 8_999_999_488.0);
    }

    #[test]
    fn floats_are_fractions() {
        assert_eq!(Ratio::parts(&Value::Float(-0.75)), Some((-3, 4)));
        assert_eq!(Ratio::parts(&Value::Float(0.0)), Some((0, 1)));
        assert_eq!(Ratio::parts(&Value::Float(1e300)), None);
    }
}
