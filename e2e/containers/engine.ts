// The container engine of this machine, if one answers and has the required images. Otherwise the
// test is skipped with a message; on CI it fails, unless TOCSIN_TEST_CONTAINERS=none says that
// there can be no engine.

import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'

export type Engine = ContainerRuntimeClient['container']['dockerode']

export interface EngineFound {
  readonly engine: ContainerRuntimeClient | null
  /** Why there is none; empty if there is one. */
  readonly missing: string
}

/** Finds the engine. Throws on CI if it or an image is missing. */
export async function findEngine(images: readonly string[]): Promise<EngineFound> {
  const found = await lookFor(images)
  if (found.missing === '') return found
  if (process.env.CI && process.env.TOCSIN_TEST_CONTAINERS !== 'none')
    throw new Error(`containers are tested on CI: ${found.missing}`)
  console.warn(`\n*** SKIPPED: containers are not tested here. ${found.missing}\n`)
  return found
}

async function lookFor(images: readonly string[]): Promise<EngineFound> {
  const client = await getContainerRuntimeClient().catch((error: unknown) =>
    String((error as Error).message ?? error)
  )
  if (typeof client === 'string')
    return { engine: null, missing: `no container engine answers (${client})` }
  for (const image of images) {
    const there = await client.container.dockerode
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false
      )
    if (!there)
      return {
        engine: null,
        missing: `the engine has no image ${image}; build it with infra/images/build and infra/kafka/build-image`
      }
  }
  return { engine: client, missing: '' }
}
