//! The predeclared types.

use super::TypeId;

macro_rules! basics {
    ($($(#[$doc:meta])* $member:ident $constant:ident $text:literal,)+) => {
        /// A predeclared type, an untyped constant's type, or the invalid one.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Basic {
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $member,)+
        }

        impl Basic {
            /// All of them: their numbers as types.
            pub const ALL: &[Basic] = &[$(Basic::$member,)+];

            /// As go/types writes it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Basic::$member => $text,)+
                }
            }
        }

        impl TypeId {
            $(#[doc = concat!("`", $text, "`")] pub const $constant: TypeId = TypeId(Basic::$member as u32);)+
        }
    };
}

basics! {
    Invalid INVALID "invalid type",
    Bool BOOL "bool",
    Int INT "int",
    Int8 INT8 "int8",
    Int16 INT16 "int16",
    Int32 INT32 "int32",
    Int64 INT64 "int64",
    Uint UINT "uint",
    Uint8 UINT8 "uint8",
    Uint16 UINT16 "uint16",
    Uint32 UINT32 "uint32",
    Uint64 UINT64 "uint64",
    Uintptr UINTPTR "uintptr",
    Float32 FLOAT32 "float32",
    Float64 FLOAT64 "float64",
    Complex64 COMPLEX64 "complex64",
    Complex128 COMPLEX128 "complex128",
    String STRING "string",
    UnsafePointer UNSAFE_POINTER "unsafe.Pointer",
    UntypedBool UNTYPED_BOOL "untyped bool",
    UntypedInt UNTYPED_INT "untyped int",
    UntypedRune UNTYPED_RUNE "untyped rune",
    UntypedFloat UNTYPED_FLOAT "untyped float",
    UntypedComplex UNTYPED_COMPLEX "untyped complex",
    UntypedString UNTYPED_STRING "untyped string",
    UntypedNil UNTYPED_NIL "untyped nil",
}

impl Basic {
    /// Whether it is the type of an untyped constant, or of `nil`.
    pub const fn is_untyped(self) -> bool {
        self as u8 >= Basic::UntypedBool as u8
    }

    /// Whether it is an integer type, typed or not.
    pub const fn is_integer(self) -> bool {
        let this = self as u8;
        this >= Basic::Int as u8 && this <= Basic::Uintptr as u8
            || matches!(self, Basic::UntypedInt | Basic::UntypedRune)
    }

    /// Whether it is an unsigned integer type.
    pub const fn is_unsigned(self) -> bool {
        self as u8 >= Basic::Uint as u8 && self as u8 <= Basic::Uintptr as u8
    }

    /// Whether it is an integer, float or complex type, typed or not.
    pub const fn is_numeric(self) -> bool {
        let this = self as u8;
        this >= Basic::Int as u8 && this <= Basic::Complex128 as u8
            || this >= Basic::UntypedInt as u8 && this <= Basic::UntypedComplex as u8
    }

    /// Whether it is a string type, typed or not.
    pub const fn is_string(self) -> bool {
        matches!(self, Basic::String | Basic::UntypedString)
    }

    /// Whether it is a boolean type, typed or not.
    pub const fn is_boolean(self) -> bool {
        matches!(self, Basic::Bool | Basic::UntypedBool)
    }
}

impl TypeId {
    /// Whether it is the type of an untyped constant, or of `nil`.
    pub const fn is_untyped(self) -> bool {
        self.0 >= TypeId::UNTYPED_BOOL.0 && self.0 <= TypeId::UNTYPED_NIL.0
    }

    /// Whether it is the invalid type.
    pub const fn is_invalid(self) -> bool {
        self.0 == 0
    }

    /// The type that an untyped constant has where nothing says otherwise; all other types are as they are.
    pub const fn default_type(self) -> TypeId {
        match self {
            TypeId::UNTYPED_BOOL => TypeId::BOOL,
            TypeId::UNTYPED_INT => TypeId::INT,
            TypeId::UNTYPED_RUNE => TypeId::INT32,
            TypeId::UNTYPED_FLOAT => TypeId::FLOAT64,
            TypeId::UNTYPED_COMPLEX => TypeId::COMPLEX128,
            TypeId::UNTYPED_STRING => TypeId::STRING,
            other => other,
        }
    }
}
