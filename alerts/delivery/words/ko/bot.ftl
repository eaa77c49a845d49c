## What the bot says.

bot-start =
    interopwatch는 한 플랫폼이 다른 플랫폼에 결제, 링크, 메시지, 로그인 등을 개방하면 알려 드립니다.
    개방마다 한 번, 단계가 바뀔 때마다 한 번 더 알립니다.
bot-place = 여기에서 알림을 받으려면 운영자가 이 채팅을 설정(telegram.chats)에 추가해야 합니다:
bot-help =
    /start – 이 봇에 대한 소개와 이 채팅의 ID
    /help – 이 목록
    /status – 작동 상태 (운영자 전용)
bot-operators = /status는 이 봇의 운영자만 쓸 수 있습니다.
bot-unknown = 알 수 없는 명령입니다. /help에서 할 수 있는 일을 볼 수 있습니다.
bot-slow = 요청이 너무 많습니다. 1분 뒤에 다시 답하겠습니다.
bot-resumed = 이 채팅에 다시 알림을 보냅니다.
bot-status = 대기: { $waiting } · 전송됨: { $sent } · 실패: { $failed } · 일시 중지된 채팅: { $paused }

## The menu of commands.

command-start = 이 봇에 대한 소개와 이 채팅의 ID
command-help = 할 수 있는 일
command-status = 작동 상태 (운영자 전용)
