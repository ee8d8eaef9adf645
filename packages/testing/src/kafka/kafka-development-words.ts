// Messages of `npm run kafka` when its ports are taken. Pure.

/** Why a broker cannot start on these ports, some of which are taken, and what to do. */
export function describeTakenPorts(
  taken: readonly number[],
  ports: { readonly plain: number }
): string {
  const named =
    taken.length === 1 ? `Port ${taken[0]} is taken` : `Ports ${taken.join(' and ')} are taken`
  const broker = `127.0.0.1:${ports.plain}`
  const use = taken.includes(ports.plain)
    ? `If it is a broker, use it: npm start -- --log kafka --brokers ${broker}. Otherwise stop the program that`
    : 'Stop the program that'
  return `${named} on 127.0.0.1. ${use} listens there, and try again.`
}
