//! `mapguard join`: what the source has and what ran.

mod common;

use common::{Place, module};

/// A module, and what its tests ran: written down as the guard writes it.
fn place(name: &str) -> Place {
    let place = module::place(name);
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "shop.go",
        "package shop

import \"maps\"

const debug = false

func Fill(m map[string]int) {
	m[\"ran\"] = 1
	m[\"never\"]++
	if debug {
		m[\"dropped\"] = 1
	}
	for k := range m {
		delete(m, k)
	}
	maps.Copy(m, map[string]int{
		\"a\": 1,
		\"b\": 2,
	})
}
",
    );
    let run = |line: u32, op: &str, count: u32| {
        format!(
            "{{\"schema\":\"mapguard.site-run/1\",\"function\":\"example.com/shop.Fill\",\"file\":\"{}/shop.go\",\
             \"line\":{line},\"operations\":[\"{op}\"],\"count\":{count},\"goroutines\":2,\"max_size\":7}}\n",
            place.dir.display()
        )
    };
    let trimmed = run(17, "assign", 2).replace(&place.dir.display().to_string(), "example.com/shop");
    let runs = [run(8, "assign", 40), run(8, "assign", 2), run(9, "read", 3), run(13, "clear", 1), trimmed];
    let stray = run(18, "delete", 5);
    place.file("runs.json", &(runs.concat() + &stray + "{\"schema\":\"mapguard.finding/1\"}\n"));
    place
}

#[test]
fn tells_what_ran_and_what_never_did() {
    let mut place = place("join");
    let did = place.mapguard("join --runs runs.json --summary .");
    // How long it took is between the last columns.
    let took = did.stdout.lines().nth(1).and_then(|line| line.split_whitespace().nth(5)).unwrap().to_owned();
    place.hidden = vec![(format!("{took} s, once"), "[TIME] s, once")];
    place.snapshot("join-never", "join --runs runs.json --never --format json .");
    let listing = place.mapguard("sites --format json .");
    place.file("sites.json", &listing.stdout);
    place.snapshot("join-text", "join --runs runs.json --static sites.json");
    place.snapshot("join-json", "join --runs runs.json --static sites.json --format json");
}

#[test]
fn bad_files_are_told() {
    let place = place("join-bad");
    place.file("other.txt", "no JSON\n");
    place.file("cut.json", "{\"schema\":\"mapguard.site-run/1\",\"function\":\n");
    place.snapshot("join-missing", "join --runs nowhere.json .");
    place.snapshot("join-no-runs", "join --runs other.txt .");
    place.snapshot("join-cut", "join --runs cut.json .");
    place.snapshot("join-no-sites", "join --runs runs.json --static other.txt");
}
