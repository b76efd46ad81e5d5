import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { StackError } from '../stack-error.ts';
import { install, type Progress } from './install.ts';
import { run } from './run.ts';

const VERSION = '153.0.0';

/** The package with a headless Chromium for Linux on x86-64, and the libraries it needs, each compressed. */
const PACKAGE = `@sparticuz/chromium@${VERSION}`;
const SHA512 = 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==';

/** Folders below the tool's, by the archive that fills them; libraries that are looked for beside the program lie there. */
const ARCHIVES = { al2023: 'libraries', fonts: 'fonts', swiftshader: '.' } as const;

/** The package's own names folders of another machine; without any font, Chromium waits for ever to lay out an input. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;

/** A headless Chromium, to look at pages in tests. */
export interface Chromium {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Fetches it from the npm registry when it is not there yet. @throws StackError with the way out */
export async function installChromium(tools: string, progress: Progress = () => {}, signal?: AbortSignal): Promise<Chromium> {
  const folder = await install(tools, `chromium-${VERSION}`, progress, (target) => fetchInto(target, progress, signal), signal);
  return {
    file: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'libraries', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

async function fetchInto(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const options = { cwd: target, progress, ...(signal === undefined ? {} : { signal }) };
  await run('npm', ['pack', '--silent', PACKAGE], 'Chromium could not be fetched; try again with the network up.', options);
  const archive = join(target, `sparticuz-chromium-${VERSION}.tgz`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('base64') !== SHA512)
    throw new StackError(`${PACKAGE} is not what it was: its SHA-512 differs from the one that is known.`);
  const unpack = (file: string, into: string) => run('tar', ['-xf', file, '-C', into], `${file} can't be unpacked.`, options);
  await unpack(archive, target);
  const packed = join(target, 'package', 'bin');
  await decompress(join(packed, 'chromium.br'), join(target, 'chromium'));
  await chmod(join(target, 'chromium'), 0o755);
  for (const [name, folder] of Object.entries(ARCHIVES)) {
    await decompress(join(packed, `${name}.tar.br`), join(target, `${name}.tar`));
    await mkdir(join(target, folder), { recursive: true });
    await unpack(join(target, `${name}.tar`), join(target, folder));
    await rm(join(target, `${name}.tar`));
  }
  await writeFile(join(target, 'fonts', 'fonts.conf'), FONTS);
  await rm(archive);
  await rm(join(target, 'package'), { recursive: true });
}

const decompress = (from: string, to: string): Promise<void> =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
