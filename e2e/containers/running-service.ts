// One container of a stack: control and access from this machine.

import { waitFor } from '@tocsin/testing/process/wait-for'
import type { ContainerRuntimeClient } from 'testcontainers'
import type { ComposeService } from './compose-file.ts'
import type { Engine } from './engine.ts'

type Container = ReturnType<Engine['getContainer']>

/** Ten containers that start at once on two busy processors: seconds on a quiet machine. */
const startMs = 240_000

export interface RunningServiceParts {
  readonly client: ContainerRuntimeClient
  readonly container: Container
  readonly service: ComposeService
  readonly port: number | null
}

export class RunningService {
  readonly #parts: RunningServiceParts

  constructor(parts: RunningServiceParts) {
    this.#parts = parts
  }

  get name(): string {
    return this.#parts.service.name
  }

  get service(): ComposeService {
    return this.#parts.service
  }

  /** Where its first published port is reached from this machine. */
  get url(): string {
    return `http://127.0.0.1:${this.#parts.port}`
  }

  async start(): Promise<void> {
    await this.#parts.container.start()
  }

  /**
   * Stops it and resolves with its exit code; after the grace period of the file it is killed,
   * which gives code 137.
   */
  async stop(): Promise<number> {
    await this.#parts.container.stop({ t: this.service.stopGraceS })
    return (await this.#parts.container.inspect()).State.ExitCode
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number> {
    return ((await this.#parts.container.wait()) as { StatusCode: number }).StatusCode
  }

  /** Runs a program in it. */
  async exec(
    command: readonly string[]
  ): Promise<{ readonly output: string; readonly exitCode: number }> {
    return this.#parts.client.container.exec(this.#parts.container, [...command])
  }

  inspect(): ReturnType<Container['inspect']> {
    return this.#parts.container.inspect()
  }

  /**
   * Resolves when its image's health check passes. The check is run from here: not every engine
   * runs it.
   */
  async healthy(timeoutMs = startMs): Promise<void> {
    const [, ...command] = ((await this.inspect()).Config.Healthcheck?.Test ??
      []) as readonly string[]
    if (command.length === 0) throw new Error(`the image of ${this.name} has no health check`)
    await waitFor(async () => (await this.exec(command)).exitCode === 0, {
      what: `health of ${this.name}`,
      timeoutMs,
      intervalMs: 250
    })
  }

  /** Resolves when /readyz answers 200 at its published port. */
  async ready(timeoutMs = startMs): Promise<void> {
    await waitFor(async () => (await this.probe('/readyz')) === 200, {
      what: `readiness of ${this.name}`,
      timeoutMs,
      intervalMs: 100
    })
  }

  /** The status of a GET of one of its operational routes; 0 where nothing answers within 2 s. */
  async probe(path: '/livez' | '/readyz'): Promise<number> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(2000) })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }

  async logs(linesMax: number): Promise<string> {
    const raw = (await this.#parts.container.logs({
      stdout: true,
      stderr: true,
      tail: linesMax
    })) as unknown as Buffer
    return withoutFrames(raw)
  }

  async remove(): Promise<void> {
    await this.#parts.container
      .remove({ force: true, v: true })
      .catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error
      })
  }
}

/** Both outputs of a container come in frames of eight bytes and their text. */
function withoutFrames(raw: Buffer): string {
  const texts: string[] = []
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4)
    texts.push(raw.toString('utf8', at + 8, at + 8 + length))
    at += 8 + length
  }
  return texts.join('')
}
