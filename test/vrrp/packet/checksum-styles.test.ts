import t from 'tap';
import {
  ChecksumStyles,
  STYLE_OLD_UNICAST,
  STYLE_PLAIN,
  STYLE_PSEUDO_HEADER,
} from '../../../src/vrrp/packet/checksum-styles.ts';

t.test('a newcomer right by several readings is taken by the configured one', (t) => {
  const styles = new ChecksumStyles(STYLE_PLAIN);
  t.equal(styles.judge(1, STYLE_PLAIN | STYLE_PSEUDO_HEADER), STYLE_PLAIN);
  t.equal(styles.judge(1, STYLE_OLD_UNICAST | STYLE_PSEUDO_HEADER), STYLE_PSEUDO_HEADER);
  t.equal(styles.judge(1, 0), 0);
  t.end();
});

t.test('a known peer is taken by its own reading', (t) => {
  const styles = new ChecksumStyles(STYLE_PSEUDO_HEADER);
  styles.teach(1, STYLE_OLD_UNICAST);
  t.equal(styles.judge(1, STYLE_PSEUDO_HEADER | STYLE_OLD_UNICAST), STYLE_OLD_UNICAST);
  t.equal(styles.judge(2, STYLE_PSEUDO_HEADER | STYLE_OLD_UNICAST), STYLE_PSEUDO_HEADER);
  styles.teach(1, STYLE_PLAIN);
  t.equal(styles.styleOf(1), STYLE_PLAIN);
  t.end();
});

t.test('a storm of sources does not grow the table, and who is heard again and again stays in it', (t) => {
  const styles = new ChecksumStyles(STYLE_PSEUDO_HEADER);
  for (let source = 100; source < 10_000; source++) {
    if (source % 4 === 0) styles.teach(1, STYLE_PLAIN);
    styles.teach(source, STYLE_PSEUDO_HEADER);
  }
  t.equal(styles.styleOf(1), STYLE_PLAIN);
  let known = 0;
  for (let source = 100; source < 10_000; source++) if (styles.styleOf(source) !== 0) known++;
  t.equal(known, 7);
  t.end();
});

t.test('the source 0.0.0.0 is a source like any other', (t) => {
  const styles = new ChecksumStyles(STYLE_PSEUDO_HEADER);
  t.equal(styles.styleOf(0), 0);
  styles.teach(0, STYLE_PLAIN);
  t.equal(styles.styleOf(0), STYLE_PLAIN);
  t.end();
});
