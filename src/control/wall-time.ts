/** Local time as `show errors` and `show sess` write it: `21/Nov/2026:11:54:11.869`. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function wallTime(wallMs: number): string {
  const time = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${two(time.getDate())}/${MONTHS[time.getMonth()]}/${time.getFullYear()}:` +
    `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.` +
    String(time.getMilliseconds()).padStart(3, '0')
  );
}
