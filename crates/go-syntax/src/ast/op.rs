//! Operators and the keywords that tell apart nodes of one shape.

/// Defines an enum whose members have a spelling in Go.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $(#[$inner])* $member,)+
        }

        impl $name {
            /// As it stands in the source.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$member => $text,)+
                }
            }
        }
    };
}
pub(crate) use spelled;

spelled! {
    /// Operators between two operands.
    BinaryOp {
        LOr = "||",
        LAnd = "&&",
        Eq = "==",
        Ne = "!=",
        Lt = "<",
        Le = "<=",
        Gt = ">",
        Ge = ">=",
        Add = "+",
        Sub = "-",
        Or = "|",
        Xor = "^",
        Mul = "*",
        Quo = "/",
        Rem = "%",
        Shl = "<<",
        Shr = ">>",
        And = "&",
        AndNot = "&^",
    }
}

spelled! {
    /// Operators before an operand. `*` has a node of its own.
    UnaryOp {
        Plus = "+",
        Minus = "-",
        Not = "!",
        Xor = "^",
        Addr = "&",
        Recv = "<-",
        Tilde = "~",
    }
}

spelled! {
    /// What breaks the flow of a function without a value.
    BranchKind {
        Break = "break",
        Continue = "continue",
        Goto = "goto",
        Fallthrough = "fallthrough",
    }
}

/// The token of an assignment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AssignOp {
    /// `:=`
    Define,
    /// `=`
    Assign,
    /// `+=` and so on.
    Op(BinaryOp),
}

impl AssignOp {
    /// As it stands in the source.
    pub const fn as_str(self) -> &'static str {
        match self {
            AssignOp::Define => ":=",
            AssignOp::Assign => "=",
            AssignOp::Op(op) => match op {
                BinaryOp::Add => "+=",
                BinaryOp::Sub => "-=",
                BinaryOp::Or => "|=",
                BinaryOp::Xor => "^=",
                BinaryOp::Mul => "*=",
                BinaryOp::Quo => "/=",
                BinaryOp::Rem => "%=",
                BinaryOp::Shl => "<<=",
                BinaryOp::Shr => ">>=",
                BinaryOp::And => "&=",
                BinaryOp::AndNot => "&^=",
                // There is no such assignment.
                _ => "?=",
            },
        }
    }
}
