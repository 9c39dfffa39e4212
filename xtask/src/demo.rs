//! The demo shows what it should: one race, on the marked lines of demo/shop, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::conflict::Conflict;
use crate::go::Toolchain;
use crate::{child, mapguard, places, say::say};

mod picture;

/// Building the standard library anew takes a while.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A file and a line in it.
type Place = (String, u32);

/// Runs the demo's tests guarded, prints what that says, and checks it.
///
/// Draws the output into `picture` if there is one.
pub(crate) fn run(picture: Option<&Path>) -> Result<()> {
    let mapguard = mapguard::build()?;
    let toolchain = Toolchain::one(None)?;
    let shop = places::root()?.join("demo/shop");
    let output = places::results("demo")?.join("output.txt");
    let mut command = toolchain.command(mapguard);
    command.arg("test").arg("-count=1").arg("./...").current_dir(&shop);
    say!("$ cd demo/shop && mapguard test ./...");
    let ended = child::run(&mut command, &output, LIMIT)?;
    let text = fs::read_to_string(&output).with_context(|| format!("cannot read {}", output.display()))?;
    say!("{}", text.trim_end());

    let found = Conflict::from_text(&text);
    ensure!(ended.status.code() == Some(1), "go test ended with {}, not with 1", ended.status);
    ensure!(found.len() == 1, "{} findings, not one", found.len());
    let tops = found.iter().flat_map(Conflict::tops).flatten();
    let reported: BTreeSet<Place> = tops.map(|top| (top.file.clone(), top.line)).collect();
    let mut marked = BTreeSet::new();
    marks(&shop, &mut marked)?;
    ensure!(reported == marked, "reported: {reported:?}\n  marked `// want race`: {marked:?}");
    if let Some(path) = picture {
        let svg = picture::draw(&text, &shop.display().to_string());
        fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
        say!("drew {}", path.display());
    }
    say!("\nThe demo shows what it should: one finding, on the two lines marked `// want race`.");
    Ok(())
}

/// The lines below `folder` that are marked.
fn marks(folder: &Path, places: &mut BTreeSet<Place>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            marks(&path, places)?;
        } else if path.extension().is_some_and(|ending| ending == "go") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let lines = (1..).zip(text.lines()).filter(|(_, line)| line.trim_end().ends_with("// want race"));
            places.extend(lines.map(|(number, _)| (path.display().to_string(), number)));
        }
    }
    Ok(())
}
