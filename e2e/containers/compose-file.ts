// Parses infra/compose.yaml for tests. Anything the tests would not apply is refused, so that the
// tested configuration is the file's.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface ComposeService {
  readonly name: string
  readonly image: string
  /** Null = that of the image. */
  readonly entrypoint: readonly string[] | null
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Whether it gets the secrets of `.env` beside the file. */
  readonly takesSecrets: boolean
  readonly ports: readonly PublishedPort[]
  readonly volumes: readonly MountedVolume[]
  readonly readOnly: boolean
  readonly tmpfs: readonly string[]
  readonly capDrop: readonly string[]
  readonly securityOpt: readonly string[]
  readonly stopGraceS: number
  /** Services that must be healthy before it is started. */
  readonly after: readonly string[]
}

/** A named volume, or a folder beside the file, which begins with `./`. */
export interface MountedVolume {
  readonly volume: string
  readonly at: string
  readonly isReadOnly: boolean
}

export interface PublishedPort {
  readonly address: string
  readonly hostPort: number
  readonly port: number
}

/**
 * `restart` and `healthcheck` are up to the engine and disabled in tests, which start what they have
 * killed.
 */
const knownKeys = new Set([
  ...[
    'image',
    'entrypoint',
    'command',
    'environment',
    'env_file',
    'ports',
    'volumes',
    'read_only',
    'tmpfs',
    'cap_drop',
    'security_opt'
  ],
  ...['stop_grace_period', 'depends_on', 'networks', 'restart', 'healthcheck']
])

export const composeFile = fileURLToPath(new URL('../../infra/compose.yaml', import.meta.url))

/** The services of infra/compose.yaml in their order. Throws at anything unsupported. */
export function readComposeFile(): readonly ComposeService[] {
  // A variable of `.env` has its default: `${NAME:-default}`.
  const text = readFileSync(composeFile, 'utf8').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
  const file = parse(text, { merge: true }) as {
    services: Record<string, RawService>
  }
  return Object.entries(file.services).map(([name, raw]) => serviceOf(name, raw))
}

interface RawService {
  readonly image: string
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly env_file?: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly networks?: readonly string[]
}

function serviceOf(name: string, raw: RawService): ComposeService {
  const unknown = Object.keys(raw).filter(key => !knownKeys.has(key))
  if (unknown.length > 0)
    throw new Error(
      `service ${name} of compose.yaml says ${unknown.join(', ')}, which the tests do not apply`
    )
  if (String(raw.networks) !== 'tocsin') throw new Error(`service ${name} is not on the one bridge`)
  if (raw.env_file !== undefined && raw.env_file !== '.env')
    throw new Error(`service ${name} reads ${raw.env_file}`)
  return {
    name,
    image: raw.image,
    entrypoint: raw.entrypoint ?? null,
    command: raw.command ?? [],
    environment: raw.environment ?? {},
    takesSecrets: raw.env_file !== undefined,
    ports: (raw.ports ?? []).map(portOf),
    volumes: (raw.volumes ?? []).map(volumeOf),
    readOnly: raw.read_only ?? false,
    tmpfs: raw.tmpfs ?? [],
    capDrop: raw.cap_drop ?? [],
    securityOpt: raw.security_opt ?? [],
    stopGraceS: secondsOf(raw.stop_grace_period ?? '10s'),
    after: Object.entries(raw.depends_on ?? {}).map(([service, { condition }]) => {
      if (condition !== 'service_healthy' && condition !== 'service_completed_successfully')
        throw new Error(`service ${name} waits for ${service} to be ${condition}`)
      return service
    })
  }
}

function portOf(text: string): PublishedPort {
  const match = /^([0-9.]+):([0-9]+):([0-9]+)$/.exec(text)
  if (!match) throw new Error(`a port is published as address:port:port, not as ${text}`)
  return { address: match[1]!, hostPort: Number(match[2]), port: Number(match[3]) }
}

function volumeOf(text: string): MountedVolume {
  const match = /^((?:\.\/)?[a-z-/]+):(\/[a-z/]+)(:ro)?$/.exec(text)
  if (!match) throw new Error(`a volume is volume:/folder, not ${text}`)
  return { volume: match[1]!, at: match[2]!, isReadOnly: match[3] !== undefined }
}

function secondsOf(text: string): number {
  const match = /^([0-9]+)s$/.exec(text)
  if (!match) throw new Error(`a time is a number of seconds such as 15s, not ${text}`)
  return Number(match[1])
}
