/** A duration as Go writes it, and Docker's provider reads it back: `2m30s` for 150. A whole number of seconds. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return [
    hours > 0 ? `${hours}h` : "",
    hours > 0 || minutes > 0 ? `${minutes}m` : "",
    `${rest}s`,
  ].join("");
}
