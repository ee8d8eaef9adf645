// Holds the writer's lock of an embedded log from a separate thread: to every process on that log
// the disk seems not to respond.

import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'

const source = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const db = new DatabaseSync(workerData.file, { timeout: 10000 })
parentPort.on('message', what => {
  if (what === 'end') return db.close(), parentPort.close()
  db.exec(what === 'hold' ? 'BEGIN IMMEDIATE' : 'ROLLBACK')
  parentPort.postMessage(what)
})`

export class LogHolder {
  readonly #worker: Worker

  constructor(dataDir: string) {
    this.#worker = new Worker(source, { eval: true, workerData: { file: logFile(dataDir) } })
  }

  /** Resolves once nothing can be written. */
  hold(): Promise<void> {
    return this.#tell('hold')
  }

  release(): Promise<void> {
    return this.#tell('release')
  }

  /** For `forMs`, lets writes through only periodically, so that each takes about `holdMs`. */
  async hamper(forMs: number, holdMs: number, openMs: number): Promise<void> {
    const endMs = performance.now() + forMs
    while (performance.now() < endMs) {
      await this.hold()
      await pause(holdMs)
      await this.release()
      await pause(openMs)
    }
  }

  async end(): Promise<void> {
    const exited = new Promise(resolve => this.#worker.once('exit', resolve))
    this.#worker.postMessage('end')
    await exited
  }

  #tell(what: 'hold' | 'release'): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const done = () => {
      this.#worker.off('error', reject)
      resolve()
    }
    this.#worker.once('message', done).once('error', reject)
    this.#worker.postMessage(what)
    return promise
  }
}
