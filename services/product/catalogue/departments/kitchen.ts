import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const kitchen: Department = {
  name: 'Kitchen & Dining',
  brands: ['Kavira', 'Tavola', 'Ember Home', 'Nilgiri Steel', 'Chulha & Co'],
  care: ['Backed by a two-year warranty.', 'Arrives in a recyclable box.', 'Tested in home kitchens for a year before it went on sale.'],
  aisles: [
    aisle(
      'Cookware',
      shelf(
        'Cookware Sets',
        'Works on gas and induction alike. Riveted handles stay cool on the hob. Heats evenly from the base to the rim. The pieces nest into each other to save shelf space.',
        line(
          '{size} {kind} cookware set',
          'non-stick, hard-anodised, tri-ply steel, granite-coated',
          '3-piece, 5-piece, 7-piece, 10-piece',
          [1899, 9999],
        ),
        line('{size} {kind} saucepan set', 'stainless steel, non-stick, copper-bottom', '2-piece, 3-piece, 5-piece', [999, 4499]),
        line('{kind} stock pot with lid, {size}', 'stainless steel, enamelled, hard-anodised', '5 L, 8 L, 12 L', [1299, 4999]),
      ),
      shelf(
        'Pans & Tawas',
        'Releases dosas and omelettes without a fuss. The flat base sits steady on any hob. Needs little oil, and cleans with a soft sponge. Gets better with every meal.',
        line(
          '{kind} frying pan, {size}',
          'non-stick, cast iron, stainless steel, ceramic-coated',
          '20 cm, 24 cm, 28 cm, 30 cm',
          [599, 3299],
        ),
        line('{kind} dosa tawa, {size}', 'cast iron, non-stick, carbon steel', '28 cm, 30 cm, 33 cm', [549, 2199]),
        line('{kind} kadhai with lid, {size}', 'cast iron, stainless steel, hard-anodised', '2 L, 3 L, 4.5 L', [849, 3799]),
      ),
      shelf(
        'Pressure Cookers',
        'Cooks dal in a third of the time. A safety valve and a gasket release stand guard. The wide base saves gas on every burner. Spare gaskets are easy to find.',
        line('{kind} pressure cooker, {size}', 'aluminium, stainless steel, hard-anodised', '2 L, 3 L, 5 L, 7.5 L', [999, 4299]),
        line('{size} {kind} pressure pan', 'inner-lid, outer-lid, induction-base', '3 L, 4 L, 5.5 L', [1199, 3699]),
        line('electric pressure cooker, {size}, {kind}', '8 programmes, 12 programmes', '3 L, 5 L, 6 L', [4499, 9999]),
      ),
    ),
    aisle(
      'Dining',
      shelf(
        'Dinnerware',
        'Safe in the microwave and the dishwasher. Each plate is glazed and fired twice. Stacks neatly after the guests have gone. The rim is made to resist chipping.',
        line('{size} {kind} dinner set', 'stoneware, bone china, opal glass, melamine', '18-piece, 24-piece, 33-piece', [1799, 8999]),
        line('{kind} dinner plates, {size}', 'stoneware, terracotta, porcelain, hand-painted', 'set of 2, set of 4, set of 6', [499, 2999]),
        line('{kind} serving bowl, {size}', 'stoneware, mango wood, porcelain', 'small, medium, large', [299, 1499]),
      ),
      shelf(
        'Drinkware',
        'Comfortable to hold, even when it is full. Survives the dishwasher day after day. The mouth is wide enough to clean by hand. A quiet favourite for tea at four.',
        line('{kind} mugs, {size}', 'stoneware, bone china, enamel, double-walled glass', 'set of 2, set of 4, set of 6', [349, 1999]),
        line('{kind} water bottle, {size}', 'insulated steel, copper, borosilicate glass', '500 ml, 750 ml, 1 L', [299, 1799]),
        line('{kind} tumblers, {size}', 'clear glass, brass, ribbed glass', 'set of 2, set of 4, set of 6', [249, 1699]),
      ),
    ),
  ],
};
