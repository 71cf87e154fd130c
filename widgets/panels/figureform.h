#pragma once
// Charts as files for a paper: size, letters and what is drawn, with a preview, above the charts and not over them.

#include "widgets/plots/figurestyle.h"

#include <QFrame>
#include <QJsonObject>
#include <QTimer>
#include <QVector>

#include <functional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace aha {

class LinePlot;
class NoteBar;

class FigureForm : public QFrame {
    Q_OBJECT
public:
    explicit FigureForm(QWidget* parent);

    /// Offers one chart.
    void begin(LinePlot* chart);
    /// Draws every chart, each in an event of its own, then says that it is done.
    using Walk = std::function<void(std::function<void(LinePlot*)> draw, std::function<void()> done)>;
    /// Offers several, into a folder; `all` goes through them when they are written. The preview is `shown`.
    void beginAll(LinePlot* shown, Walk all);

    FigureStyle style() const;
    /// Everything that the next start should find again.
    QJsonObject toJson() const;
    void fromJson(const QJsonObject& json);
    /// Of the settings alone: where there is no room, there is no preview.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A figure was written: the settings are worth keeping.
    void used();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void present(LinePlot* shown, const QString& heading);
    void suggestPath(); ///< in the folder used last
    void changed(); ///< of the settings
    void drawPreview();
    void chooseWidth();
    void browse();
    void exportNow(bool replace);
    void exportAll(const QString& folder, bool replace);
    bool write(LinePlot* chart, const QString& file);
    void report(qsizetype files, const QStringList& failed, const QString& target);
    QString path() const; ///< absolute, with an ending that says the kind
    QString kind() const;

    LinePlot* m_shown = nullptr;
    Walk m_all; ///< empty: one chart
    QString m_folder;
    bool m_filling = false;
    QLabel *m_heading, *m_preview;
    QComboBox *m_widths, *m_kind;
    QDoubleSpinBox *m_width, *m_ratio, *m_points;
    QFontComboBox* m_family;
    QCheckBox *m_legend, *m_raw, *m_bands, *m_markers, *m_title;
    QLineEdit* m_path;
    NoteBar* m_note;
    QTimer m_redraw;
};

} // namespace aha
