// The folder of --releases: files of one data set, each with the day from which it was known, by
// releases.csv or by a day in its name.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { UsageError } from '../terminal/output.ts'
import { parseDay, readNamedTable } from './named-table.ts'

/** Files of the same day are one release. */
export interface Release {
  readonly day: string
  /** The end of its day. */
  readonly knownAt: string
  readonly files: readonly string[]
}

const manifestName = 'releases.csv'

/** In order of their days. Throws UsageError without any, CommandError for a faulty releases.csv. */
export function findReleases(dir: string): readonly Release[] {
  const manifest = join(dir, manifestName)
  const files = existsSync(manifest) ? readManifest(dir, manifest) : listFiles(dir)
  if (files.length === 0) throw new UsageError(`${dir} has no files`)
  return [...Map.groupBy(files, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, of]) => ({
      day,
      knownAt: formatTime(Date.parse(day) + dayMs - 1),
      files: of.map(({ path }) => path).sort()
    }))
}

interface ReleaseFile {
  readonly path: string
  readonly day: string
}

function readManifest(dir: string, manifest: string): readonly ReleaseFile[] {
  return readNamedTable(manifest, ['file', 'knownFrom']).map(row => {
    const day = row.requireDay('knownFrom')
    return { path: join(dir, row.require('file')), day: formatTime(day).slice(0, 10) }
  })
}

function listFiles(dir: string): readonly ReleaseFile[] {
  return listNames(dir).map(name => {
    const day = /\d{4}-\d\d-\d\d/.exec(name)?.[0]
    if (day === undefined || parseDay(day) === null)
      throw new UsageError(
        `${join(dir, name)} does not name the day from which it was known: state it in ${manifestName} (file,knownFrom), or name it ged-2021-06-03.csv`
      )
    return { path: join(dir, name), day }
  })
}

function listNames(dir: string): readonly string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
  } catch (cause) {
    throw new UsageError(`${dir} cannot be read: name a folder of releases`, { cause })
  }
}
