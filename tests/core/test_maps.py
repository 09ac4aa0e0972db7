"""Do boxes, grids and the pictures of a map server fit together?"""

import pytest

from cic.core.maps import Box, Grid, Point, Projection, centroid, city_map

CITY = (2.05, 41.32, 2.23, 41.47)


def test_pictures_of_a_map_server_cover_the_whole_drawing(settings):
    settings.TILE_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    drawn = Projection(CITY, width=480)
    tiles = drawn.tiles()
    assert 1 <= len(tiles) <= 30
    assert min(tile.x for tile in tiles) <= 0
    assert min(tile.y for tile in tiles) <= 0
    assert max(tile.x + tile.width for tile in tiles) >= drawn.width
    assert max(tile.y + tile.height for tile in tiles) >= drawn.height
    # As any map server counts: level 12, the column and row of the north-western corner.
    assert tiles[0].url == "https://tiles.example.org/12/2071/1528.png"


def test_without_a_map_server_nothing_foreign_is_named(settings):
    settings.TILE_URL = ""
    assert city_map([("01", "A", [[(2.1, 41.3), (2.2, 41.3), (2.2, 41.4)]])]).tiles == ()


def test_squares_of_a_grid_lie_side_by_side_up_to_the_edge():
    grid = Grid(Box.parse("2.1,41.3,2.2000001,41.4"), 3, 2)
    row = [grid.square(column, 0) for column in range(3)]
    assert [square.west for square in row[1:]] == [square.east for square in row[:-1]]
    assert (row[0].west, row[-1].east) == (grid.box.west, grid.box.east)


@pytest.mark.parametrize("text", ["", "1,2,3", "2,41,1,42", "a,b,c,d", "1e3,2,3,4", "2,41,3,99", "nan,1,2,3"])
def test_a_text_that_is_no_box_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 int and Decimal say it in words of their own
        Box.parse(text)


def test_a_point_is_latitude_then_longitude():
    assert Point.parse("41.387,2.166") == Point(latitude=41.387, longitude=2.166)


def test_the_name_of_a_territory_stands_in_its_largest_part():
    island, main = [(5, 5), (5.1, 5), (5.1, 5.1), (5, 5.1)], [(0, 0), (2, 0), (2, 2), (0, 2)]
    assert centroid([island, main]) == (1.0, 1.0)
