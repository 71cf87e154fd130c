#pragma once
// The page Playground: a conversation with a model, or with two on the same words and seed.

#include "widgets/models/conversation.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTimer>
#include <QWidget>

#include <optional>
#include <set>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace aha {

class ModelChooser;
class PlaygroundProcess;
class RecentModels;
class SamplingForm;
class TurnView;

/// The engine runs as a child; when it dies the page says so and offers to start it again.
class PlaygroundPanel : public QWidget, public SessionPart {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit PlaygroundPanel(RecentModels* recent, const QString& engine = {}, QWidget* parent = nullptr);
    ~PlaygroundPanel() override;

    /// Loads into a column: 0 is the model, 1 the one to compare it with.
    void openModel(const QString& path, int column = 0);
    void setRuns(const OpenRuns& runs);
    void send(const QString& text);
    bool canSend() const;
    Conversation* conversation() const { return m_conversation; }
    SamplingForm* form() const { return m_form; }
    /// The models, and what was said; half an answer is one that was stopped.
    QJsonObject sessionState() const override;
    void restoreSession(const QJsonObject& state) override;
    QString stateText() const; ///< what the line above the conversation says

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    enum class Slot { Empty, Loading, Ready, Failed };
    struct Model {
        Slot slot = Slot::Empty;
        QString path, problem;
        nlohmann::ordered_json card;
    };
    void load(int column, QString path); ///< a copy: it may be the column's own
    void take(const nlohmann::ordered_json& event);
    void engineDied(const QString& sentence);
    void startAgain();
    void stop();
    void ask(); ///< requests for the last turn
    void edit(int row);
    void again(int row);
    void refresh(); ///< state line, buttons
    void drawChanged();
    int columns() const { return m_models[1].path.isEmpty() ? 1 : 2; }

    RecentModels* m_recent;
    PlaygroundProcess* m_engine;
    Conversation* m_conversation;
    Model m_models[Conversation::kMostColumns];
    ModelChooser* m_choosers[Conversation::kMostColumns];
    QLabel *m_state, *m_hint;
    QPushButton *m_restart, *m_send, *m_stop, *m_clear;
    QScrollArea* m_scroll;
    QVBoxLayout* m_turnLayout;
    std::vector<TurnView*> m_turns;
    QPlainTextEdit* m_input;
    SamplingForm* m_form;
    QElapsedTimer m_clock;
    mutable std::optional<QJsonArray> m_turnsJson; ///< of the conversation as it stands
    bool m_keepsSampling = false; ///< the form holds a person's settings: a model that is loaded again suggests none
    qint64 m_asked = 0; ///< on m_clock, when the last turn was asked
    QTimer m_draw; ///< tokens are drawn together
    std::set<int> m_changed;
    QString m_dead; ///< why the engine is not there
};

} // namespace aha
