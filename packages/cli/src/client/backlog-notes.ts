// Tells who follows alerts that the suite is behind its reports: no line comes then, and quiet
// passes for peace.

/** A pause of less is no news, s: the suite says its age in steps of five. */
const behindToldS = 30
/** Once it was told, it holds until this age, s. */
const caughtUpS = 15

/**
 * Takes each age that the suite says, s, and notes when it has fallen behind and when it has caught
 * up. Undefined: not said.
 */
export function createBacklogNotes(
  note: (text: string) => void
): (ageSeconds: number | undefined) => void {
  let isBehind = false
  return ageSeconds => {
    if (ageSeconds === undefined || ageSeconds >= (isBehind ? caughtUpS : behindToldS) === isBehind)
      return
    isBehind = !isBehind
    note(
      isBehind
        ? `the suite is behind: reports of the last ${ageSeconds} s and later ones may not have been looked at`
        : 'the suite has caught up'
    )
  }
}
