// The services of infra/compose.yaml as containers on their own bridge network, created through the
// engine's API because `docker compose` is not available everywhere. Only names, host ports and
// secrets differ from the file.

import { freePorts } from '@tocsin/testing/process/free-port'
import type { ContainerRuntimeClient } from 'testcontainers'
import type { ComposeService } from './compose-file.ts'
import type { Engine } from './engine.ts'
import { RunningService } from './running-service.ts'

/** Labels by which leftovers of a killed test are found and removed. */
const stackLabel = 'org.tocsin.test-stack'
const pidLabel = 'org.tocsin.test-pid'

export interface StackOptions {
  readonly client: ContainerRuntimeClient
  readonly services: readonly ComposeService[]
  /** Content of the secrets file. */
  readonly secrets: Readonly<Record<string, string>>
  /** Environment besides the file's, by service. */
  readonly environment?: (
    service: ComposeService,
    ports: readonly number[]
  ) => Readonly<Record<string, string>>
}

let stacks = 0

export class ContainerStack {
  readonly name: string
  readonly #options: StackOptions
  readonly #engine: Engine
  readonly #running = new Map<string, RunningService>()
  readonly #volumes = new Set<string>()

  private constructor(options: StackOptions) {
    this.name = `tocsin-test-${process.pid}-${++stacks}`
    this.#options = options
    this.#engine = options.client.container.dockerode
  }

  /**
   * Creates and starts all, each when its dependencies are healthy. If it rejects, whatever was
   * created is removed.
   */
  static async start(options: StackOptions): Promise<ContainerStack> {
    await removeAbandoned(options.client.container.dockerode)
    const stack = new ContainerStack(options)
    try {
      await stack.#startAll()
      return stack
    } catch (error) {
      const logs = await stack.logs()
      await stack.remove()
      throw new Error(`${(error as Error).message}\n${logs}`, { cause: error })
    }
  }

  service(name: string): RunningService {
    const found = this.#running.get(name)
    if (!found) throw new Error(`there is no service ${name}`)
    return found
  }

  /** The services of a role, in order. */
  those(role: string): readonly RunningService[] {
    return [...this.#running.values()].filter(({ service }) => service.command[0] === role)
  }

  get all(): readonly RunningService[] {
    return [...this.#running.values()]
  }

  /** The last output of each, for error messages. */
  async logs(linesMax = 40): Promise<string> {
    const texts = await Promise.all(
      this.all.map(
        async one => `--- ${one.name}\n${await one.logs(linesMax).catch(error => String(error))}`
      )
    )
    return texts.join('\n')
  }

  /** Removes containers, volumes and network, whatever state they are in. */
  async remove(): Promise<void> {
    await Promise.all(this.all.map(one => one.remove()))
    await Promise.all(
      [...this.#volumes].map(volume => this.#engine.getVolume(volume).remove({ force: true }))
    )
    await this.#engine.getNetwork(this.name).remove().catch(goneAlready)
  }

  async #startAll(): Promise<void> {
    const labels = { [stackLabel]: this.name, [pidLabel]: String(process.pid) }
    await this.#engine.createNetwork({ Name: this.name, Driver: 'bridge', Labels: labels })
    const { services } = this.#options
    const ports = [
      ...(await freePorts(
        services.reduce((sum, service) => sum + Math.max(1, service.ports.length), 0)
      ))
    ]
    // Services without dependencies start while the rest is being created.
    for (const service of services) {
      const own = ports.splice(0, Math.max(1, service.ports.length))
      this.#running.set(service.name, await this.#create(service, own, labels))
      if (service.after.length === 0) await this.service(service.name).start()
    }
    for (const needed of new Set(services.flatMap(({ after }) => after)))
      await this.service(needed).healthy()
    await Promise.all(
      services.filter(({ after }) => after.length > 0).map(({ name }) => this.service(name).start())
    )
  }

  async #create(
    service: ComposeService,
    ports: readonly number[],
    labels: Record<string, string>
  ): Promise<RunningService> {
    const { secrets, environment } = this.#options
    const env = {
      ...service.environment,
      ...(service.takesSecrets ? secrets : {}),
      ...environment?.(service, ports)
    }
    const bindings = service.ports.map((published, i) => [
      `${published.port}/tcp`,
      [{ HostIp: published.address, HostPort: String(ports[i]) }]
    ])
    for (const { volume } of service.volumes) this.#volumes.add(`${this.name}-${volume}`)
    const container = await this.#engine.createContainer({
      name: `${this.name}-${service.name}`,
      Image: service.image,
      ...(service.entrypoint === null ? {} : { Entrypoint: [...service.entrypoint] }),
      ...(service.command.length > 0 ? { Cmd: [...service.command] } : {}),
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Labels: labels,
      StopTimeout: service.stopGraceS,
      ExposedPorts: Object.fromEntries(service.ports.map(({ port }) => [`${port}/tcp`, {}])),
      HostConfig: {
        NetworkMode: this.name,
        PortBindings: Object.fromEntries(bindings),
        Binds: service.volumes.map(
          ({ volume, at, isReadOnly }) => `${this.name}-${volume}:${at}${isReadOnly ? ':ro' : ''}`
        ),
        ReadonlyRootfs: service.readOnly,
        Tmpfs: Object.fromEntries(service.tmpfs.map(folder => [folder, ''])),
        CapDrop: [...service.capDrop],
        SecurityOpt: [...service.securityOpt]
      },
      NetworkingConfig: { EndpointsConfig: { [this.name]: { Aliases: [service.name] } } }
    })
    return new RunningService({
      client: this.#options.client,
      container,
      service,
      port: ports[0] ?? null
    })
  }
}

/** Removes what was left by tests whose process was killed. */
async function removeAbandoned(engine: Engine): Promise<void> {
  const containers = await engine.listContainers({ all: true, filters: { label: [pidLabel] } })
  const abandoned = containers.filter(({ Labels }) => !isAlive(Number(Labels[pidLabel])))
  for (const { Id } of abandoned)
    await engine.getContainer(Id).remove({ force: true, v: true }).catch(goneAlready)
  for (const name of new Set(abandoned.map(({ Labels }) => Labels[stackLabel]!))) {
    await engine.getNetwork(name).remove().catch(goneAlready)
    for (const volume of (await engine.listVolumes()).Volumes.filter(({ Name }) =>
      Name.startsWith(`${name}-`)
    ))
      await engine.getVolume(volume.Name).remove({ force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function goneAlready(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error
}
