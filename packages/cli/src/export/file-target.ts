// Where a file goes that is made beside its name and then renamed. A rename puts a new file over
// what has the name: over a link that people set, and over a pipe or a device that cannot be made
// again.

import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

export interface FileTarget {
  /** Behind all links, so that these stay. */
  readonly path: string
  /** False: there is a pipe or a device, which is written into and never replaced. */
  readonly isReplaced: boolean
}

/** Rejects if links go round in a circle, or with what the file system refuses. */
export async function resolveFileTarget(file: string): Promise<FileTarget> {
  const there = await lookupFile(stat(file))
  if (there?.isFile()) return { path: await realpath(file), isReplaced: true }
  if (there !== null) return { path: file, isReplaced: false }
  // A link to a file that is yet to be made.
  const link = await lookupFile(readLink(file))
  return link === null
    ? { path: file, isReplaced: true }
    : resolveFileTarget(resolve(dirname(file), link))
}

async function readLink(file: string): Promise<string | null> {
  return (await lstat(file)).isSymbolicLink() ? readlink(file) : null
}

/** Null if there is none. */
function lookupFile<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}
