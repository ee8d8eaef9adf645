// The jars of the Kafka broker: fetched once through Maven into a cache outside the sources, shared
// by tests, development and the image. infra/kafka/pom.xml lists them; the registry is Maven's own
// setting.

import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../..', import.meta.url))
const pomFile = join(root, 'infra', 'kafka', 'pom.xml')
/** Kafka 4 needs it. */
const javaVersionMin = 17
const mavenTimeoutMs = 300_000

/** Why no broker can run on this machine, for people. */
export class KafkaMissing extends Error {
  readonly code = 'kafka-missing'
  readonly retryable = false
}

/** The Kafka version for tests and development: that of the pom. */
export function readKafkaVersion(): string {
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(
    readFileSync(pomFile, 'utf8')
  )?.[1]
  if (version === undefined) throw new Error(`${pomFile} names no version of kafka_2.13`)
  return version
}

export interface Java {
  readonly command: string
  /** The version as Java reports it, such as `17.0.15`. */
  readonly version: string
}

/** The Java for the broker. Rejects with `KafkaMissing` if there is none, or it is too old. */
export async function findJava(): Promise<Java> {
  const home = process.env.JAVA_HOME
  const command = home && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java'
  const said = await run(command, ['-version']).then(
    done => done.stderr,
    () => ''
  )
  const version = /version "([^"]+)"/.exec(said)?.[1] ?? '0'
  if (Number.parseInt(version, 10) < javaVersionMin)
    throw new KafkaMissing(
      `Java ${javaVersionMin} or newer is required; found: ${said.split('\n')[0] || 'none'}`
    )
  return { command, version }
}

/**
 * The folder with the jars; fetches them if missing, which needs Maven and a registry. Rejects with
 * `KafkaMissing`. Safe for concurrent processes: each fills its own folder, and the first one done
 * stays.
 */
export async function fetchKafkaJars(): Promise<string> {
  const folder = findJarFolder()
  if (existsSync(folder)) return folder
  const making = `${folder}.${randomUUID()}`
  await mkdir(making, { recursive: true })
  try {
    await copyJars(making)
    await rename(making, folder).catch(error => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return folder
}

/**
 * Each pom has its own folder: jars of two versions never mix, and an existing folder is complete.
 */
function findJarFolder(): string {
  const digest = createHash('sha256').update(readFileSync(pomFile)).digest('hex').slice(0, 12)
  return join(root, '.cache', `kafka-${readKafkaVersion()}-${digest}`)
}

async function copyJars(folder: string): Promise<void> {
  const goal = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${folder}`
  ]
  try {
    await run('mvn', ['-B', '-q', '-f', pomFile, ...goal], {
      timeout: mavenTimeoutMs,
      maxBuffer: 16 * 1024 * 1024
    })
  } catch (error) {
    const { code, stdout = '' } = error as { code?: unknown; stdout?: string }
    if (code === 'ENOENT')
      throw new KafkaMissing('Maven (mvn) is required to fetch the jars of Kafka', { cause: error })
    throw new KafkaMissing(`Maven could not fetch the jars of Kafka:\n${stdout.slice(-2000)}`, {
      cause: error
    })
  }
}
