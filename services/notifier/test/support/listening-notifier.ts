// A notifier behind its host on a port of its own, on a log in memory and the real clock.

import { buildHost, type Host } from '@tocsin/auth/host/host'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { systemClock, systemRandom } from '@tocsin/service/process/clock'
import { ControlView } from '@tocsin/service/projection/control-view'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { Registry } from 'prom-client'
import { createNotifier } from '../../src/notifier-service.ts'
import { configOf, ownerKey } from './notifier-harness.ts'

export interface ListeningNotifier {
  readonly host: Host
  readonly url: string
  readonly log: MemoryLog
  readonly close: () => Promise<void>
}

export async function listenNotifier(
  settings: Readonly<Record<string, unknown>> = {},
  log = new MemoryLog()
): Promise<ListeningNotifier> {
  const logger = createLogger({ level: 'silent', name: 'test' })
  const control = new ControlView({ log, clock: systemClock, logger })
  await control.start()
  const secrets = secretsFrom(new Uint8Array(32).fill(7), ownerKey)
  const ports = { clock: systemClock, random: systemRandom, metrics: new Registry() }
  const parts = {
    ...ports,
    secrets,
    log,
    control,
    logger,
    config: configOf({ port: 0, ...settings })
  }
  const model = new ProcessModel(parts)
  const thenClose = [
    { name: 'read model', close: () => model.close() },
    { name: 'control', close: () => control.close() },
    { name: 'log', close: () => log.close() }
  ]
  const host = await buildHost({
    ...parts,
    services: [createNotifier({ ...parts, model })],
    thenClose
  })
  const url = await host.listen()
  await host.start()
  return { host, url, log, close: async () => void (await host.close()) }
}
