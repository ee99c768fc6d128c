"""A room: one shared computer for a class, and the wall where its works hang."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "join_room": (
            "calls.join_room",
            'classroom.join_room("http://192.168.1.20:8000", "ABCD-2345")',
        ),
        "leave_room": ("calls.leave_room", "classroom.leave_room()"),
        "join_wall": (
            "wall.calls.join_wall",
            'classroom.join_wall("http://192.168.1.20:8000", "ABCD-2345")',
        ),
        "put_on_wall": ("wall.calls.put_on_wall", 'classroom.put_on_wall(heart, title="My heart")'),
        "show_wall": ("wall.calls.show_wall", "classroom.show_wall()"),
        "take_off_wall": ("wall.calls.take_off_wall", 'classroom.take_off_wall("My heart")'),
        "report_on_wall": (
            "wall.calls.report_on_wall",
            'classroom.report_on_wall("My heart", why="It is mine.")',
        ),
    },
)
