import { aisle, line, shelf, title, type Department } from '../vocabulary.ts';

export const books: Department = {
  name: 'Books & Stationery',
  brands: ['Inkwell', 'Margin & Co', 'Paperbird', 'Banyan Press', 'Tamarind House'],
  care: ['Printed on paper from managed forests.', 'A present that fits into any bag.', 'Made in Sivakasi.'],
  aisles: [
    aisle(
      'Books',
      shelf(
        'Fiction',
        'A story that is hard to put down. Set between the hills and the sea. Moving, funny and sharply observed. Long-listed for three prizes.',
        title(
          'The {kind} {size}',
          'Last, Quiet, Forgotten, Borrowed, Salt, Paper',
          'Monsoon, Lighthouse, Orchard, Railway, Cartographer, Season, Veranda, Inheritance, Archive',
          [249, 699],
        ),
        title('A {size} of {kind}', 'Tamarind, Ashes, Swallows, Glass', 'House, River, Garden, Map', [299, 599]),
      ),
      shelf(
        'Cookbooks',
        'Eighty recipes, each tested three times. Most need less than an hour. With a photograph of every dish. Tells where it comes from, and why it works.',
        title(
          'The {kind} {size}',
          'Konkan, Bengali, Chettinad, Awadhi, Malabar, Punjabi, Gujarati, Himalayan',
          'Kitchen, Table, Pantry, Feast, Lunchbox, Home Cook, Sweet Book',
          [399, 1499],
        ),
        title('{kind} in {size}', 'Dinner, Breakfast, Dal, Bread', 'Ten Minutes, Twenty Minutes, One Pot', [349, 899]),
      ),
      shelf(
        "Children's Books",
        'Made to be read aloud. The pictures hide something new each time. For ages three to seven. Survives being loved.',
        title(
          '{kind} and the {size}',
          'Chinu, Meera, Tiny Tiger, Gopal, Little Bulbul, Anaya',
          'Moon Kite, Mango Thief, Rainy Day, Lost Umbrella, Night Train, Talking Banyan, Big Sneeze, Paper Boat',
          [149, 449],
        ),
        title("{kind}'s First {size}", 'Chinu, Meera, Gopal', 'Numbers, Colours, Animals', [149, 299]),
      ),
    ),
    aisle(
      'Stationery',
      shelf(
        'Notebooks',
        'Takes a fountain pen without bleeding. Lies flat on any page. Pages are numbered and there is room for an index. Bound with thread.',
        line('{kind} notebook, {size}', 'ruled, dotted, plain, recycled', 'A6, A5, A4', [99, 799]),
        line('{kind} journal, {size}', 'leather-bound, cloth-bound, handmade', 'A6, A5', [299, 1499]),
        line('{kind} planner, {size}', 'weekly, daily', 'A5, A4', [249, 999]),
      ),
      shelf(
        'Pens',
        'Writes at the first touch. The balance suits long letters. Refills are easy to come by. The clip holds to any pocket.',
        line('{kind} fountain pen, {size}', 'brass, ebonite, resin, steel', 'fine, medium, broad', [399, 4999]),
        line('{kind} pens, {size}', 'gel, ballpoint, felt-tip', 'pack of 5, pack of 10, pack of 20', [49, 499]),
        line('{kind} ink, {size}', 'royal blue, sepia, forest green, black', '30 ml, 50 ml', [149, 699]),
      ),
    ),
  ],
};
