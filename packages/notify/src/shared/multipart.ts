import type { Picture } from '../types.ts';

/** A form with a picture as its file, as the body of an HTTP request. */
export async function pictureForm(
  fields: Readonly<Record<string, string>>,
  file: { field: string; picture: Picture },
): Promise<{ contentType: string; body: Buffer }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set(file.field, new Blob([new Uint8Array(file.picture.png)], { type: 'image/png' }), 'chart.png');
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get('content-type') ?? '',
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}
