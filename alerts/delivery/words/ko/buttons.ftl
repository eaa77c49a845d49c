## What stands on buttons.

button-sources = 출처
button-timeline = 연대기
button-mute = 이 이벤트 알림 끄기
button-unmute = 이 이벤트 알림 켜기
button-wrong = 오류 신고
button-back = 이전
button-on = 다음

## What a press does, told to who pressed.

bot-muted = { $id } 알림을 껐습니다. 이 채팅에는 더 이상 보내지 않습니다.
bot-unmuted = { $id } 알림을 다시 켰습니다. 다음 단계부터 알려 드립니다.
bot-wrong-noted = 감사합니다. 규칙 작성자가 볼 수 있도록 기록했습니다.
bot-wrong-known = 여기에서 이미 신고한 내용입니다. 감사합니다.
bot-button-old = 너무 오래된 버튼이라 무엇을 하는지 알 수 없습니다. 대신 명령을 써 주세요: /help
bot-failed = 처리하지 못했습니다. 제 쪽의 문제입니다. 나중에 다시 시도해 주세요.
source-copy = 전재
