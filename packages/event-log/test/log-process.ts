// Another process at work on a log, for the tests: appends batches and says after each what was acknowledged. Options as JSON in the arguments.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { Topic } from '@tocsin/event-log/topics'

interface Options {
  readonly dataDir: string
  readonly topic: Topic
  readonly prefix: string
  readonly batch: number
  readonly count: number
  readonly pauseMs: number
}

const options = JSON.parse(process.argv[2]!) as Options
const log = await openEmbeddedLog({ dataDir: options.dataDir })

process.on('SIGTERM', async () => {
  await log.close()
  process.exit(0)
})

for (let n = 0; n < options.count; n += options.batch) {
  const numbers = Array.from({ length: Math.min(options.batch, options.count - n) }, (_, i) => n + i)
  await log.append(
    options.topic,
    numbers.map(i => ({
      id: `${options.prefix}-${i}`,
      key: options.prefix,
      value: Buffer.from(`value of ${options.prefix}-${i}`)
    }))
  )
  process.stdout.write(`${n + numbers.length}\n`)
  if (options.pauseMs > 0) await new Promise(resolve => setTimeout(resolve, options.pauseMs))
}
// Done: it keeps the log open until it is told to go.
setInterval(() => {}, 1000)
