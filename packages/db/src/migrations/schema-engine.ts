import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";

type EngineModule = { SchemaEngine: typeof SchemaEngine; __wbg_set_wasm(exports: WebAssembly.Exports): void };

/** PostgreSQL's internal one-byte type "char", which the adapter doesn't know, and text, which it does. */
const CHAR_OID = 18;
const TEXT_OID = 25;

let loaded: Promise<EngineModule> | undefined;

/** Loads Prisma's schema engine, once for each process: a second instance would corrupt the first. */
function loadEngine(): Promise<EngineModule> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<EngineModule> {
  const code = import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const engine = (await import(code)) as EngineModule;
  const bytes = await readFile(fileURLToPath(code.replace(/\.js$/, ".wasm")));
  // Without this registry the engine's panics come out as "unreachable".
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma's schema engine panicked: ${message}`);
      },
    },
  });
  const imports = { "./schema_engine_bg.js": engine as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes), imports);
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return engine;
}

/**
 * Compares the tables of the database at `url` with a Prisma schema (its text).
 * Returns the SQL that leads from the one to the other; empty when they agree.
 */
export async function diffDatabase(url: string, schema: string): Promise<string> {
  const engineModule = await loadEngine();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on("error", () => undefined); // a cut connection also rejects the query that runs on it
  const files = [{ path: "schema.prisma", content: schema }];
  const factory = bindMigrationAwareSqlAdapterFactory(adapterFactory(pool));
  const engine = await engineModule.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, ignoreLog, factory);
  try {
    const result = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: "." },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const sql = result.stdout?.trim() ?? "";
    return sql.startsWith("-- This is an empty migration") ? "" : sql;
  } finally {
    engine.free();
    await pool.end();
  }
}

function ignoreLog(): void {}

function adapterFactory(pool: pg.Pool): SqlMigrationAwareDriverAdapterFactory {
  const inner = new PrismaPg(pool);
  const connect = async () => withCharColumns(await inner.connect(), pool);
  const connectToShadowDb = async () => {
    throw new Error("no shadow database: the engine only looks at a database that is already migrated");
  };
  return { provider: inner.provider, adapterName: inner.adapterName, connect, connectToShadowDb };
}

/** Lets the adapter read "char" columns: shows them to it as text and corrects the type it then reports. */
function withCharColumns(adapter: SqlDriverAdapter, pool: pg.Pool): SqlDriverAdapter {
  let charColumns: number[] = [];
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const patchedQuery = async (config: pg.QueryConfig) => {
    const result = await query(config);
    charColumns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    return result;
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  let last: Promise<unknown> = Promise.resolve();
  const patchedQueryRaw: typeof adapter.queryRaw = (params) => {
    const run = async () => {
      const result = await queryRaw(params);
      for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    // One at a time, so that charColumns belongs to this query.
    const turn = last.then(run, run);
    last = turn;
    return turn;
  };
  Object.assign(pool, { query: patchedQuery });
  return Object.assign(adapter, { queryRaw: patchedQueryRaw });
}
