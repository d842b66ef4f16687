import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { FONT } from './svg.ts';

const require = createRequire(import.meta.url);

/** Loads what pictures are drawn with, once for a thread: → an SVG as PNG. */
export async function createPainter(): Promise<(svg: string) => Uint8Array> {
  await initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fontBuffers = [
    readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
  ];
  const font = { fontBuffers, defaultFontFamily: FONT, sansSerifFamily: FONT, loadSystemFonts: false };
  return (svg) => {
    const drawing = new Resvg(svg, { font });
    try {
      const image = drawing.render();
      try {
        return image.asPng();
      } finally {
        image.free();
      }
    } finally {
      drawing.free();
    }
  };
}
