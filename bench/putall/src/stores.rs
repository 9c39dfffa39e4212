//! What is measured by durable.rs: each store as a user gets it, but that each batch is synced (`fdatasync`) before it is acknowledged.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use ::putall::durable::{Durable, SyncMode};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use redb::TableDefinition;

pub trait Store: Sync {
    fn name(&self) -> &'static str;

    /// Returns when the batch outlives a power failure.
    fn put_all(&self, batch: &[(u64, u64)]);
}

pub const OURS: &str = "putall, `Group`";
pub const FJALL: &str = "fjall";
pub const REDB: &str = "redb";

/// All of them, in folders of their own.
pub fn all(folder: &Path) -> Result<Vec<Box<dyn Store>>, String> {
    Ok(vec![
        Box::new(Putall::new(OURS, SyncMode::Group, &folder.join("group"))?),
        Box::new(Putall::new("putall, `Each`", SyncMode::Each, &folder.join("each"))?),
        Box::new(Fjall::new(&folder.join("fjall")).map_err(|error| error.to_string())?),
        Box::new(Redb::new(&folder.join("redb")).map_err(|error| error.to_string())?),
        Box::new(Bare::new(&folder.join("file")).map_err(|error| error.to_string())?),
    ])
}

struct Putall {
    name: &'static str,
    map: Durable<u64, u64>,
}

impl Putall {
    fn new(name: &'static str, mode: SyncMode, folder: &Path) -> Result<Self, String> {
        let map = ::putall::Map::builder().durable(folder).sync(mode).open();
        Ok(Putall { name, map: map.map_err(|error| error.to_string())? })
    }
}

impl Store for Putall {
    fn name(&self) -> &'static str {
        self.name
    }

    fn put_all(&self, batch: &[(u64, u64)]) {
        self.map.put_all(batch.to_vec()).expect("the disk takes it");
    }
}

struct Fjall {
    database: Database,
    keys: Keyspace,
}

impl Fjall {
    fn new(folder: &Path) -> fjall::Result<Self> {
        let database = Database::builder(folder).open()?;
        let keys = database.keyspace("keys", KeyspaceCreateOptions::default)?;
        Ok(Fjall { database, keys })
    }
}

impl Store for Fjall {
    fn name(&self) -> &'static str {
        FJALL
    }

    fn put_all(&self, pairs: &[(u64, u64)]) {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
        for (key, value) in pairs {
            batch.insert(&self.keys, key.to_be_bytes(), value.to_be_bytes());
        }
        batch.commit().expect("the disk takes it");
    }
}

struct Redb(redb::Database);

const TABLE: TableDefinition<'_, u64, u64> = TableDefinition::new("keys");

impl Redb {
    fn new(file: &Path) -> Result<Self, redb::DatabaseError> {
        redb::Database::create(file).map(Redb)
    }

    fn put(&self, pairs: &[(u64, u64)]) -> Result<(), redb::Error> {
        // Syncs at its commit unless told otherwise.
        let transaction = self.0.begin_write()?;
        let mut table = transaction.open_table(TABLE)?;
        for (key, value) in pairs {
            table.insert(key, value)?;
        }
        drop(table);
        Ok(transaction.commit()?)
    }
}

impl Store for Redb {
    fn name(&self) -> &'static str {
        REDB
    }

    fn put_all(&self, batch: &[(u64, u64)]) {
        self.put(batch).expect("the disk takes it");
    }
}

/// No store: what the machine does by itself when each batch is appended to a file and synced.
struct Bare(Mutex<File>);

impl Bare {
    fn new(file: &Path) -> std::io::Result<Self> {
        Ok(Bare(Mutex::new(File::create(file)?)))
    }
}

impl Store for Bare {
    fn name(&self) -> &'static str {
        "a file, a lock"
    }

    fn put_all(&self, batch: &[(u64, u64)]) {
        let bytes: Vec<u8> =
            batch.iter().flat_map(|(key, value)| [key.to_be_bytes(), value.to_be_bytes()].concat()).collect();
        let mut file = self.0.lock().expect("nobody panicked");
        file.write_all(&bytes).and_then(|()| file.sync_data()).expect("the disk takes it");
    }
}
