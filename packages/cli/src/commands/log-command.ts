export function addLogCommand() {}
