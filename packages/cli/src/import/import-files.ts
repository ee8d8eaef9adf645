// Names of the files of an import, and their protection: names contain the digest of the input,
// so that files of one name never collide across folders or days; refused rows that were edited are
// never overwritten.

import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../terminal/output.ts'
import type { ImportInput } from './import-input.ts'
import type { RefusedPaths } from './refused-files.ts'

export interface ImportFiles {
  /** The progress note. */
  readonly state: string
  readonly refused: (extension: string) => RefusedPaths
  /** Lines that withdraw what an edition no longer has. */
  readonly dropped: string
}

/**
 * The files of an import, in the folder of the input or in `out`. `digest`: of the input's bytes, or of
 * another identity of the import.
 */
export function importFiles(
  input: ImportInput,
  out: string | undefined,
  digest: string
): ImportFiles {
  const dir = out ?? (input.file === null ? '.' : dirname(input.file.path))
  const stem = join(dir, `${input.name}.${digest.slice(0, 12)}`)
  return {
    state: `${stem}.import-state.json`,
    dropped: `${stem}.dropped.ndjson`,
    refused: extension => ({
      rows: `${stem}.refused.${extension}`,
      reasons: `${stem}.refused.reasons.csv`
    })
  }
}

/**
 * Rejects with UsageError if files can't be written, or refused rows of an earlier run were edited
 * or are incomplete.
 */
export async function checkWritable({ refused }: ImportFiles): Promise<void> {
  const { reasons } = refused('')
  const dir = dirname(reasons)
  await access(dir, constants.W_OK).catch((cause: unknown) => {
    throw new UsageError(`the folder ${dir} is not writable: name another one with --out`, {
      cause
    })
  })
  const stem = basename(refused('').rows)
  const found = (await readdir(dir)).filter(
    name => name.startsWith(stem) && name !== basename(reasons)
  )
  for (const name of found) {
    if (await isAsWritten(join(dir, name), reasons)) continue
    throw new UsageError(
      `${join(dir, name)} holds refused rows that were edited, or of a run that did not finish: import that file or move it away, then run this again`
    )
  }
}

/** Both files get the same time when complete; an edited file has another. */
async function isAsWritten(rows: string, reasons: string): Promise<boolean> {
  const [a, b] = await Promise.all([rows, reasons].map(path => stat(path).catch(() => null)))
  return a != null && b != null && Math.trunc(a.mtimeMs) === Math.trunc(b.mtimeMs)
}
