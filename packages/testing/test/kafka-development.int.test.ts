import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { describeTakenPorts } from '../src/kafka/kafka-development-words.ts'
import { freePort, listTakenPorts } from '../src/process/free-port.ts'

it('detects ports in use, and says what to do', async () => {
  const [free, taken] = [await freePort(), await freePort()]
  const server = createServer()
  await new Promise<void>(resolve => server.listen(taken, '127.0.0.1', resolve))
  try {
    expect(await listTakenPorts([free, taken])).toEqual([taken])
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
  expect(describeTakenPorts([9092], { plain: 9092 })).toBe(
    'Port 9092 is taken on 127.0.0.1. If it is a broker, use it: npm start -- --log kafka --brokers 127.0.0.1:9092. Otherwise stop the program that listens there, and try again.'
  )
  expect(describeTakenPorts([9093], { plain: 9092 })).toBe(
    'Port 9093 is taken on 127.0.0.1. Stop the program that listens there, and try again.'
  )
})
