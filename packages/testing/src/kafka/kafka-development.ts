// `npm run kafka`: a development broker in the foreground with persistent data; `npm run kafka --
// jars` only fetches the jars and prints their folder. Touches the process; contains no logic.

import { join } from 'node:path'
import { listTakenPorts } from '../process/free-port.ts'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'
import { describeTakenPorts } from './kafka-development-words.ts'
import { fetchKafkaJars, readKafkaVersion } from './kafka-jars.ts'

const ports = { plain: 9092, controller: 9093 }

const [task] = process.argv.slice(2)
if (task === 'jars') console.log(await fetchKafkaJars(), readKafkaVersion())
else if (task === undefined) await develop()
else {
  console.error('usage: npm run kafka [-- jars]')
  process.exit(2)
}

async function develop(): Promise<void> {
  const dataDir = join(process.cwd(), 'data', 'kafka')
  console.log(`Starting Apache Kafka ${readKafkaVersion()} with its data in ${dataDir} …`)
  await endIfTaken()
  const broker = await startKafkaBroker({ dataDir, ports, isLongLived: true }).catch(
    async (error: Error) => {
      console.error(error.message)
      // The ports may have been taken meanwhile. This must be the last line printed, because people
      // read that.
      await endIfTaken()
      return process.exit(1)
    }
  )
  console.log(`It listens on ${broker.brokers[0]}. To start Tocsin on it, in another terminal:

  npm start -- --log kafka --brokers ${broker.brokers[0]}

Ctrl-C stops it and keeps the data.`)
  const interrupted = new Promise<'interrupted'>(resolve => {
    // `on`, not `once`: Ctrl-C arrives from the terminal and again from the starting script, and
    // must not interrupt the stop.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve('interrupted'))
  })
  await closeAfter(broker, await Promise.race([interrupted, broker.exited]))
}

async function endIfTaken(): Promise<void> {
  const taken = await listTakenPorts([ports.plain, ports.controller])
  if (taken.length === 0) return
  console.error(describeTakenPorts(taken, ports))
  process.exit(1)
}

async function closeAfter(broker: KafkaBroker, end: 'interrupted' | number): Promise<void> {
  if (end !== 'interrupted')
    console.error(`Kafka ended by itself with code ${end}:\n${await broker.output()}`)
  else {
    console.log('Stopping Kafka …')
    await broker.stop()
  }
  await broker.dispose()
  process.exit(end === 'interrupted' ? 0 : 1)
}
