//! As much of JSON Schema (draft 4) as the schema of SARIF uses. `format` is not looked at, and of patterns only that
//! there is something.

use serde_json::Value;

/// What is wrong with a value, each with its place.
pub(crate) fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema }.check(schema, value, "$", &mut found);
    found
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(target) = schema["$ref"].as_str() {
            let target = self.root.pointer(target.trim_start_matches('#')).expect("the schema is whole");
            return self.check(target, value, at, found);
        }
        let mut wrong = |what: String| found.push(format!("{at}: {what}"));
        let is = |kind: &str| match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("the schema has a type {other}"),
        };
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
            return wrong(format!("{value} is no {kinds:?}"));
        }
        if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
            wrong(format!("{value} is none of {}", schema["enum"]));
        }
        if let Some(number) = value.as_f64() {
            let limit = |name: &str| schema[name].as_f64();
            if limit("minimum").is_some_and(|least| number < least)
                || limit("maximum").is_some_and(|most| number > most)
            {
                wrong(format!("{value} is out of range"));
            }
        }
        if schema["pattern"].is_string() && value == "" {
            wrong("it is empty".into());
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(name).is_none() {
                wrong(format!("{name} is missing"));
            }
        }
        for choice in ["anyOf", "oneOf"] {
            let Some(all) = schema[choice].as_array() else { continue };
            let fits = |schema: &&Value| {
                let mut found = Vec::new();
                self.check(schema, value, at, &mut found);
                found.is_empty()
            };
            let count = all.iter().filter(fits).count();
            if count == 0 || (choice == "oneOf" && count > 1) {
                wrong(format!("{count} of {choice} fit"));
            }
        }
        self.parts(schema, value, at, found);
    }

    fn parts(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => found.push(format!("{at} is not known")),
                (Value::Null, more @ Value::Object(_)) => self.check(more, value, &at, found),
                (Value::Null, _) => {}
                (schema, _) => self.check(schema, value, &at, found),
            }
        }
        let Some(items) = value.as_array() else { return };
        if schema["minItems"].as_u64().is_some_and(|least| (items.len() as u64) < least) {
            found.push(format!("{at}: too few items"));
        }
        let twice = |at: usize| items[..at].contains(&items[at]);
        if schema["uniqueItems"] == true && (0..items.len()).any(twice) {
            found.push(format!("{at}: an item is there twice"));
        }
        if schema["items"].is_object() {
            for (number, item) in items.iter().enumerate() {
                self.check(&schema["items"], item, &format!("{at}[{number}]"), found);
            }
        }
    }
}
