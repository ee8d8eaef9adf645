// A separate process that appends batches to an embedded log and prints what was acknowledged.
// Options as JSON in the arguments.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { type AppendAllOptions, appendAll } from './append-all.ts'

const options = JSON.parse(process.argv[2]!) as AppendAllOptions & { readonly dataDir: string }
await appendAll(await openEmbeddedLog({ dataDir: options.dataDir }), options)
