// Tells who follows alerts that the suite is behind its reports: no line comes then, and quiet
// passes for peace.

/** The least age worth a note, s: the suite states its age in steps of five. */
const behindToldS = 30
/** After a note, the backlog counts until this age, s. */
const caughtUpS = 15

/**
 * Gets each age that the suite states, s, and notes when it has fallen behind and when it has
 * caught up. Undefined: not stated.
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
